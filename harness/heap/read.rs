//! A snapshot file into flat arrays: one pass, no tree of JSON values in between.
//!
//! The sections may come in any order after the header. Unknown sections, such as allocation
//! traces and what newer versions add, are passed over. Everything that later stages index with is
//! checked here, so that they need not.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::ahead::Ahead;
use super::error::{Fault, HeapError};
use super::input::Input;
use super::json;
use super::layout::{Layout, LinkKind};
use super::snapshot::{Link, Location, MAX_NODES, Snapshot};
use super::text::Strings;
use sections::{Nodes, read_links, read_locations, read_nodes};

/// Headers are some 2 kB; a longer one is not a header.
const HEADER_LIMIT: usize = 1 << 20;

/// What a gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The mark that some editors put at the front of a text.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// The name that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// Reads the snapshot in a file, which may be a pipe, or compressed by gzip; `-` is standard input.
///
/// An error says at which byte something is wrong, in a compressed file of its content.
pub fn read_file(path: &Path) -> Result<Snapshot, HeapError> {
    let open = |error| HeapError::Open { path: path.to_owned(), error };
    let told = |fault| HeapError::Read { path: path.to_owned(), fault };
    if path.as_os_str() == STANDARD_INPUT {
        return read_stream(io::stdin(), None).map_err(open)?.map_err(told);
    }
    let file = File::open(path).map_err(open)?;
    let metadata = file.metadata().map_err(open)?;
    if metadata.is_dir() {
        return Err(open(io::ErrorKind::IsADirectory.into()));
    }
    let size = metadata.is_file().then_some(metadata.len());
    read_stream(file, size).map_err(open)?.map_err(told)
}

/// Reads ahead, and decompresses there.
fn read_stream(
    mut stream: impl Read + Send + 'static,
    size: Option<u64>,
) -> io::Result<Result<Snapshot, Fault>> {
    let mut front = Vec::new();
    (&mut stream).take(GZIP.len() as u64).read_to_end(&mut front)?;
    let is_compressed = front == GZIP;
    let stream = io::Cursor::new(front).chain(stream);
    Ok(if is_compressed {
        read(Ahead::new(MultiGzDecoder::new(BufReader::new(stream)))?, None)
    } else {
        read(Ahead::new(stream)?, size)
    })
}

/// A snapshot that is asked for more than once: a file is read each time, so that only one graph is in
/// memory, and what comes through a pipe is kept.
#[derive(Debug)]
pub struct Source<'a> {
    path: &'a Path,
    kept: Option<Snapshot>,
}

impl<'a> Source<'a> {
    /// Reads what can be read only once.
    pub fn new(path: &'a Path) -> Result<Self, HeapError> {
        let again = path.as_os_str() != STANDARD_INPUT
            && std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
        Ok(Self { path, kept: if again { None } else { Some(read_file(path)?) } })
    }

    /// The snapshot.
    pub fn read(&self) -> Result<Snapshot, HeapError> {
        self.kept.as_ref().map_or_else(|| read_file(self.path), |kept| Ok(kept.clone()))
    }
}

/// Reads a snapshot from anything, whose size in bytes may be known.
pub fn read(reader: impl Read, size: Option<u64>) -> Result<Snapshot, Fault> {
    let mut input = Input::new(reader);
    let mut parts = Parts::default();
    input.refill()?;
    if input.window().0.starts_with(&BYTE_ORDER_MARK) {
        input.consume(BYTE_ORDER_MARK.len());
    }
    let first = input.peek_token()?;
    if first != b'{' {
        return Err(foreign_start(&input, first));
    }
    input.consume(1);
    loop {
        let key = read_key(&mut input)?;
        input.expect(b':', "the top level")?;
        parts.read_section(&mut input, &key, size)?;
        match input.peek_token()? {
            b',' => input.consume(1),
            b'}' => break,
            _ => return Err(input.unexpected(0, "the top level", "',' or '}'")),
        }
    }
    input.consume(1);
    let end = input.offset();
    if input.peek_token()? != 0 || !input.ended() {
        return Err(input.unexpected(0, "what follows the snapshot", "the end of the file"));
    }
    parts.finish(end)
}

fn foreign_start<R: Read>(input: &Input<R>, first: u8) -> Fault {
    let (window, valid) = input.window();
    let reason = match first {
        0 if valid == 0 => "it is empty".to_owned(),
        0x1f if window.starts_with(&GZIP) => "it is compressed twice: decompress it".to_owned(),
        byte => format!("it begins with {:?}", char::from(byte)),
    };
    Fault::Foreign { offset: input.offset(), reason }
}

fn read_key<R: Read>(input: &mut Input<R>) -> Result<Vec<u8>, Fault> {
    let mut key = Strings::default();
    json::read_string(input, "the top level", &mut key)?;
    Ok(key.get(0).to_vec())
}

/// The sections read so far.
#[derive(Default)]
struct Parts {
    layout: Option<Layout>,
    nodes: Option<Nodes>,
    links: Option<(Vec<Link>, Vec<u32>)>,
    locations: Vec<(u32, Location)>,
    strings: Option<Strings>,
}

impl Parts {
    fn read_section<R: Read>(
        &mut self,
        input: &mut Input<R>,
        key: &[u8],
        size: Option<u64>,
    ) -> Result<(), Fault> {
        if key == b"snapshot" {
            return self.read_header(input);
        }
        let Some(layout) = &self.layout else {
            return Err(Fault::Foreign {
                offset: input.offset(),
                reason: format!("{:?} comes before \"snapshot\"", String::from_utf8_lossy(key)),
            });
        };
        match key {
            b"nodes" => self.nodes = Some(read_nodes(input, layout, size)?),
            b"edges" => self.links = Some(read_links(input, layout, size)?),
            b"locations" => {
                let kinds = self.nodes.as_ref().map(|nodes| &nodes.kinds[..]);
                self.locations = read_locations(input, layout, kinds)?;
            }
            b"strings" => self.strings = Some(read_strings(input)?),
            _ => json::skip_value(input, "a section that is passed over")?,
        }
        Ok(())
    }

    fn read_header<R: Read>(&mut self, input: &mut Input<R>) -> Result<(), Fault> {
        input.peek_token()?;
        let offset = input.offset();
        let text = json::capture_object(input, "the header", HEADER_LIMIT)?;
        let layout = Layout::parse(&text)
            .map_err(|reason| Fault::Foreign { offset, reason: format!("its header: {reason}") })?;
        let too_large = |what, value, limit| {
            let fault = Fault::TooLarge { offset, section: "the header", what, value, limit };
            if value > limit { Err(fault) } else { Ok(()) }
        };
        too_large("node_count", layout.node_count, MAX_NODES)?;
        too_large("edge_count", layout.edge_count, u64::from(u32::MAX))?;
        self.layout = Some(layout);
        Ok(())
    }

    /// Puts the sections together, and checks what needs more than one of them.
    fn finish(self, end: u64) -> Result<Snapshot, Fault> {
        let missing = |what: &str| Fault::Foreign {
            offset: end,
            reason: format!("it ends without a section \"{what}\""),
        };
        let layout = self.layout.ok_or_else(|| missing("snapshot"))?;
        let nodes = self.nodes.ok_or_else(|| missing("nodes"))?;
        let (links, link_names) = self.links.ok_or_else(|| missing("edges"))?;
        let strings = self.strings.ok_or_else(|| missing("strings"))?;
        check_names(&nodes.names, &links, &link_names, strings.len(), end)?;
        Ok(Snapshot {
            types: layout.types,
            root: layout.root as u32,
            extra_native_bytes: layout.extra_native_bytes,
            kinds: nodes.kinds,
            names: nodes.names,
            ids: nodes.ids,
            self_sizes: nodes.self_sizes,
            first_link: nodes.first_link,
            links,
            link_names,
            detachedness: nodes.detachedness,
            locations: self.locations,
            declares_locations: layout.location.is_some(),
            strings,
        })
    }
}

fn read_strings<R: Read>(input: &mut Input<R>) -> Result<Strings, Fault> {
    let section = "strings";
    let mut strings = Strings::default();
    input.expect(b'[', section)?;
    if input.peek_token()? == b']' {
        input.consume(1);
        return Ok(strings);
    }
    loop {
        json::read_string(input, section, &mut strings)?;
        match input.peek_token()? {
            b',' => input.consume(1),
            b']' => break,
            _ => return Err(input.unexpected(0, section, "',' or ']'")),
        }
    }
    input.consume(1);
    strings.shrink();
    Ok(strings)
}

/// Names are numbers of strings; the strings come last, so this is checked last.
fn check_names(
    names: &[u32],
    links: &[Link],
    link_names: &[u32],
    strings: usize,
    end: u64,
) -> Result<(), Fault> {
    let of_nodes = names.iter().copied().max().unwrap_or(0);
    let of_links = links.iter().zip(link_names).map(|(link, &name)| {
        if matches!(link.kind(), LinkKind::Element | LinkKind::Hidden) { 0 } else { name }
    });
    let largest = of_nodes.max(of_links.max().unwrap_or(0));
    if (largest as usize) < strings {
        return Ok(());
    }
    Err(Fault::Corrupt {
        offset: end,
        section: "strings",
        expected: format!("more than {largest} strings, since one of that number is used"),
        found: strings.to_string(),
    })
}

mod sections;
#[cfg(test)]
mod tests;
