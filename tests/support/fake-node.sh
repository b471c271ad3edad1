# Poses as a Node.js binary that goes wrong in one way: $mode, set by the line that the test puts
# before this text. It answers the probe and speaks the protocol in POSIX shell. It is version $version,
# and an op takes $ns nanoseconds.
version=${version:-1.2.3}
ns=${ns:-100}

if [ "$1" = "-p" ]; then
  case "$mode" in
    probe-hang) exec sleep 1000 ;;
    probe-garbage) echo "v12.16.2, honestly"; exit 0 ;;
    probe-exit) echo "no such luck" >&2; exit 3 ;;
    probe-flood) exec yes ;;
  esac
  printf '{"version":"%s","engine_version":"0.0","path":"%s"}\n' "$version" "$0"
  exit 0
fi

# It ends before it hears anything, whatever it is to execute.
[ "$mode" = ends ] && { echo "fatal: out of luck" >&2; exit 3; }

# Each of its processes has a speed of its own.
[ "$mode" = varied ] && ns=$((10000 + $$ * 7919 % 997))

hello() {
  printf '{"type":"hello","protocol":%s,"runtime":"node","version":"%s","engine":"v8",' "$1" "$2"
  printf '"engine_version":"0.0","pid":%s,"timer":"none","timer_resolution_ns":1,"can_collect":false}\n' $$
}

run() {
  printf '{"type":"run","n":%s,"elapsed_ns":%s,"check":%s}\n' "$1" $(($1 * ns)) "$2"
}

echo "fake node in mode $mode" >&2
while read -r line; do
  n=${line##*:}
  n=${n%\}}
  case "$line" in
    *hello*)
      case "$mode" in
        hello-version) hello 1 9.9.9 ;;
        hello-protocol) hello 99 "$version" ;;
        hello-hang) exec sleep 1000 ;;
        *) hello 1 "$version" ;;
      esac ;;
    *run*)
      case "$mode" in
        ok|varied) run "$n" "$n" ;;
        check) run "$n" $((n - 1)) ;;
        still) printf '{"type":"run","n":%s,"elapsed_ns":0,"check":%s}\n' "$n" "$n" ;;
        nan) run "$n" null ;;
        hang) exec sleep 1000 ;;
        exit) echo "fatal: out of luck" >&2; exit 3 ;;
        killed) kill -9 $$ ;;
        garbage) echo "Hello from a stray console.log" ;;
        flood) yes | tr -d '\n' ;;
        half) printf '{"type":"run","n":'; exit 0 ;;
        closed) exec 1>&-; exec sleep 1000 ;;
        turn) hello 1 "$version" ;;
        grandchild) sleep 1000 & echo $! > "$0.grandchild"; exit 4 ;;
        reported) printf '{"type":"error","message":"TypeError: x is not a function\\n    at y"}\n' ;;
        later) [ "$n" -gt 8 ] && exit 5; run "$n" "$n" ;;
      esac ;;
    *ticks*) printf '{"type":"ticks","ticks":1}\n' ;;
    *snapshot*)
      path=${line#*\"path\":\"}
      path=${path%%\"*}
      printf '{"snapshot":{"meta":' > "$path.partial"
      case "$mode" in
        snapshot-killed) kill -9 $$ ;;
        snapshot-exit) echo "fatal: out of luck" >&2; exit 3 ;;
        snapshot-hang) exec sleep 1000 ;;
        snapshot-reported) printf '{"type":"error","message":"ENOSPC: no space left on device, write"}\n' ;;
      esac ;;
    *memory*) printf '{"type":"memory","rss_bytes":1000}\n' ;;
    *exit*) exit 0 ;;
  esac
done
