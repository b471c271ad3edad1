//! Goes through a file and tells code from strings, templates, comments and regular expressions.

use std::ops::Range;

use memchr::{memchr3, memmem};

use super::super::markers::{Mark, MarkKind};
use super::before::{Before, is_name};
use super::bracket::{Bracket, Kind};

/// What was found in a whole file.
pub(super) struct Found {
    /// Something in it may define or call a helper.
    pub(super) matters: bool,
    /// What is between braces and does not matter.
    pub(super) holes: Vec<Range<usize>>,
    /// Where marks of definitions are, in order.
    pub(super) definitions: Vec<usize>,
}

pub(super) struct Lexer<'s> {
    pub(super) source: &'s [u8],
    pub(super) marks: &'s [Mark],
    pub(super) at: usize,
    pub(super) stack: Vec<Bracket>,
    /// The bracket that was closed last.
    pub(super) closed: Bracket,
    /// The end of the last regular expression.
    pub(super) pattern_end: usize,
    pub(super) before: Before<'s>,
    pub(super) holes: Vec<Range<usize>>,
    /// Where marks of definitions are.
    pub(super) definitions: Vec<usize>,
    pub(super) comment_end: memmem::Finder<'static>,
    /// Only one variable is looked for: a parameter of its name is another one.
    pub(super) may_hide: bool,
}

/// The bytes of code to stop at. Those beyond ASCII, and a vertical tab, may be spaces.
static STOPS: [bool; 256] = {
    let mut table = [false; 256];
    let stops = b"\"'`/()[]{}*<-\\\x0b";
    let mut index = 0;
    while index < stops.len() {
        table[stops[index] as usize] = true;
        index += 1;
    }
    index = 0x80;
    while index < table.len() {
        table[index] = true;
        index += 1;
    }
    table
};

impl<'s> Lexer<'s> {
    pub(super) fn new(source: &'s [u8], marks: &'s [Mark], may_hide: bool) -> Self {
        Self {
            source,
            marks,
            at: 0,
            stack: vec![Bracket::FILE],
            closed: Bracket::FILE,
            pattern_end: 0,
            before: Before::new(source),
            holes: Vec::new(),
            definitions: Vec::new(),
            comment_end: memmem::Finder::new("*/"),
            may_hide,
        }
    }

    /// Goes through the whole file; none if something is not sure.
    pub(super) fn run(mut self) -> Option<Found> {
        if self.source.starts_with(b"#!") {
            self.line_comment()?;
        }
        loop {
            let rest = &self.source[self.at..];
            let Some(skipped) = rest.iter().position(|byte| STOPS[*byte as usize]) else { break };
            self.at += skipped;
            self.note_marks(self.at);
            match self.source[self.at] {
                quote @ (b'"' | b'\'') => self.string(quote)?,
                b'`' => {
                    self.at += 1;
                    self.template()?;
                }
                b'/' => self.slash()?,
                b'(' => self.open_round()?,
                b'[' => self.open(Kind::Square, false)?,
                b'{' => self.open_brace()?,
                b')' => self.close(&[Kind::Group, Kind::Head, Kind::Loop, Kind::Odd])?,
                b']' => self.close(&[Kind::Square])?,
                b'}' => self.close_brace()?,
                b'*' => self.star(),
                b'<' => self.less()?,
                b'-' => self.minus()?,
                0x80.. => self.letter()?,
                _ => return None,
            }
        }
        self.note_marks(self.source.len());
        let [file] = self.stack[..] else { return None };
        let matters = file.matters || file.names;
        Some(Found { matters, holes: self.holes, definitions: self.definitions })
    }

    pub(super) fn top(&self) -> &Bracket {
        // The file's own entry is never taken off.
        self.stack.last().unwrap_or(&self.closed)
    }

    pub(super) fn matters(&mut self) {
        if let Some(top) = self.stack.last_mut() {
            top.matters = true;
        }
    }

    pub(super) fn loads(&mut self) {
        if let Some(top) = self.stack.last_mut() {
            top.loads = true;
        }
    }

    /// All marks before `end` that were not looked at are in code.
    pub(super) fn note_marks(&mut self, end: usize) {
        while let Some((mark, rest)) = self.marks.split_first()
            && mark.at < end
        {
            self.note(*mark);
            self.marks = rest;
        }
    }

    pub(super) fn note(&mut self, mark: Mark) {
        match mark.kind {
            MarkKind::Name => self.matters(),
            MarkKind::Definition => {
                self.matters();
                self.definitions.push(mark.at);
            }
            MarkKind::Variable => self.names(),
        }
    }

    pub(super) fn names(&mut self) {
        if let Some(top) = self.stack.last_mut() {
            top.names |= !top.hides;
        }
    }

    /// Marks before `end` are in what is no code. Tells how many there were.
    pub(super) fn drop_marks(&mut self, end: usize) -> usize {
        let inside = self.marks.iter().take_while(|mark| mark.at < end).count();
        self.marks = &self.marks[inside..];
        inside
    }

    // What is no code.

    pub(super) fn string(&mut self, quote: u8) -> Option<()> {
        let start = self.at;
        let mut at = start + 1;
        let mut escapes = false;
        loop {
            match *self.source.get(at)? {
                byte if byte == quote => break,
                b'\\' => {
                    escapes = true;
                    let is_pair = self.source.get(at + 1..at + 3) == Some(b"\r\n");
                    at += if is_pair { 3 } else { 2 };
                }
                b'\n' | b'\r' => return None,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        if self.is_required(start) {
            self.loads();
        }
        let mut inside = self.marks.iter().take_while(|mark| mark.at < self.at);
        if let Some(mark) = inside.find(|mark| mark.kind != MarkKind::Variable).copied() {
            if mark.kind == MarkKind::Definition && mark.at == start {
                self.note(mark);
            } else if self.is_name_or_module(start) {
                self.matters();
            }
        } else if escapes && self.before.byte(start) == Some(b'[') {
            // A property may be called by an escaped name.
            self.matters();
        }
        self.drop_marks(self.at);
        Some(())
    }

    /// Whether the string that begins at `start` is what `require(` is given.
    fn is_required(&self, start: usize) -> bool {
        self.before.byte(start) == Some(b'(') && {
            let open = self.before.end(start) - 1;
            self.before.word(self.before.end(open)) == b"require"
        }
    }

    /// Whether the string that begins at `start`, and was just read, may name a property or a module.
    pub(super) fn is_name_or_module(&self, start: usize) -> bool {
        let end = self.before.end(start);
        let names = match end.checked_sub(1).map(|last| self.source[last]) {
            None => false,
            Some(b'[') => true,
            Some(b'(') => self.is_required(start),
            Some(_) => matches!(self.before.word(end), b"from" | b"import"),
        };
        // `"name":` and `import { "name" as x }`, perhaps with a comment between.
        let rest = self.source[self.at..].trim_ascii_start();
        names || matches!(rest.first(), Some(b':' | b'/' | b'a'))
    }

    /// Reads on in a template, to its end or to `${`.
    pub(super) fn template(&mut self) -> Option<()> {
        let start = self.at;
        loop {
            match *self.source.get(self.at)? {
                b'`' => break,
                b'\\' => self.at += 2,
                b'$' if self.source.get(self.at + 1) == Some(&b'{') => break,
                _ => self.at += 1,
            }
        }
        // `a[`name`]`: parts of templates have no other meaning.
        let marks = self.drop_marks(self.at);
        if marks > 0 && self.before.byte(start.saturating_sub(1)) == Some(b'[') {
            self.matters();
        }
        if self.source[self.at] == b'`' {
            self.at += 1;
            return Some(());
        }
        self.at += 1;
        self.open(Kind::Insert, true)
    }

    pub(super) fn line_comment(&mut self) -> Option<()> {
        let start = self.at;
        loop {
            // A line ends with U+2028 and U+2029, too, which begin with this byte.
            match memchr3(b'\n', b'\r', 0xe2, &self.source[self.at..]) {
                None => self.at = self.source.len(),
                Some(length) => {
                    self.at += length;
                    if self.source[self.at] == 0xe2 {
                        if self.source.get(self.at + 1) == Some(&0x80)
                            && matches!(self.source.get(self.at + 2), Some(0xa8 | 0xa9))
                        {
                            return None;
                        }
                        self.at += 1;
                        continue;
                    }
                }
            }
            break;
        }
        self.comment(start);
        Some(())
    }

    pub(super) fn comment(&mut self, start: usize) {
        self.drop_marks(self.at);
        self.before.add(start..self.at);
    }

    pub(super) fn slash(&mut self) -> Option<()> {
        match self.source.get(self.at + 1) {
            Some(b'/') => self.line_comment(),
            Some(b'*') => {
                let start = self.at;
                let length = self.comment_end.find(&self.source[start + 2..])?;
                self.at = start + 2 + length + 2;
                self.comment(start);
                Some(())
            }
            _ if self.is_value_before()? => {
                self.at += 1;
                Some(())
            }
            _ => self.pattern(),
        }
    }

    /// Reads a regular expression.
    pub(super) fn pattern(&mut self) -> Option<()> {
        let mut in_class = false;
        let mut at = self.at + 1;
        loop {
            match *self.source.get(at)? {
                b'\\' => at += 1,
                b'\n' | b'\r' => return None,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => break,
                _ => {}
            }
            at += 1;
        }
        self.at = at + 1;
        self.pattern_end = self.at;
        self.drop_marks(self.at);
        Some(())
    }

    /// Whether what stands before is a value, so that a `/` divides it and a `<` compares it.
    pub(super) fn is_value_before(&self) -> Option<bool> {
        let end = self.before.end(self.at);
        let Some(last) = end.checked_sub(1).map(|last| self.source[last]) else {
            return Some(false);
        };
        match last {
            b')' => match self.closed.kind {
                Kind::Group => Some(true),
                Kind::Head | Kind::Loop => Some(false),
                _ => None,
            },
            b'}' if self.closed.block => Some(false),
            b']' | b'"' | b'\'' | b'`' => Some(true),
            b'/' => Some(end == self.pattern_end),
            b'+' | b'-' if end >= 2 && self.source[end - 2] == last => {
                // `a++ / 2` or `a + ++/b/`.
                let value = self.before.byte(end - 2)?;
                (is_name(value) || matches!(value, b')' | b']')).then_some(true)
            }
            b'(' | b'[' | b'{' | b',' | b';' | b':' | b'=' | b'?' | b'&' | b'|' | b'!' | b'+'
            | b'-' | b'*' | b'%' | b'^' | b'~' | b'<' | b'>' => Some(false),
            byte if is_name(byte) => match self.before.keyword(end) {
                b"return" | b"typeof" | b"instanceof" | b"in" | b"new" | b"delete" | b"void"
                | b"throw" | b"case" | b"do" | b"else" => Some(false),
                b"of" | b"yield" | b"await" => None,
                _ => Some(true),
            },
            _ => None,
        }
    }

    // Other signs.

    /// `function*` may be handed to a helper from another file.
    pub(super) fn star(&mut self) {
        let end = self.before.end(self.at);
        if self.before.word(end) == b"function"
            && matches!(self.before.byte(end - b"function".len()), Some(b'(' | b','))
        {
            self.matters();
        }
        self.at += 1;
    }

    /// A letter beyond ASCII is part of a name, unless it is a space.
    fn letter(&mut self) -> Option<()> {
        let rest = &self.source[self.at..];
        let is_space = rest.starts_with(b"\xc2\xa0")
            || rest.starts_with(b"\xef\xbb\xbf")
            || matches!(rest, [0xe1, 0x9a, ..] | [0xe2, 0x80 | 0x81, ..] | [0xe3, 0x80, ..]);
        self.at += rest.iter().take_while(|byte| **byte >= 0x80).count();
        (!is_space).then_some(())
    }

    pub(super) fn less(&mut self) -> Option<()> {
        let is_comment = self.source[self.at..].starts_with(b"<!--");
        if is_comment || !self.is_value_before()? {
            return None;
        }
        while self.source.get(self.at) == Some(&b'<') {
            self.at += 1;
        }
        Some(())
    }

    /// `-->` begins a comment where a line begins.
    pub(super) fn minus(&mut self) -> Option<()> {
        if self.source[self.at..].starts_with(b"-->") {
            let before = &self.source[self.before.end(self.at)..self.at];
            if before.len() == self.at || before.contains(&b'\n') || before.contains(&b'\r') {
                return None;
            }
        }
        self.at += 1;
        Some(())
    }
}
