//! Two things at once.

/// Does `other` on a thread of its own, and `main` on this one meanwhile.
pub(crate) fn run_in_parallel<A: Send, B>(
    other: impl FnOnce() -> A + Send,
    main: impl FnOnce() -> B,
) -> (B, A) {
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let main = main();
        (main, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
