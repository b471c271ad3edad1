//! Which parts of a file can be left out when it is parsed: a lexer that is some ten times as fast as
//! the parser, and knows just enough of JavaScript to find what belongs to which braces.
//!
//! What is between braces, and contains nothing that could define or call a helper, becomes a comment
//! ([`Skim::hide`]): `{…}` is `{}` then. Everything else stays where it is, so that what is around a
//! call, and how long a function is, remains as it was. Whatever the lexer is not sure about makes it
//! give up, and the file is parsed as a whole: JSX, a `/` that could be two things, an escape in a name.

use std::ops::Range;

use memchr::{memchr3, memmem};

use super::markers::{Mark, MarkKind};
use super::shape::LONGEST_HELPER;

/// Brackets within brackets that are followed.
pub(super) const DEEPEST: usize = 3_000;

/// What is shorter is not worth hiding, in bytes.
const SHORTEST: usize = 48;

/// What was seen of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Skim {
    /// Nothing in its code can be a call site: marks are in comments and strings only.
    Nothing,
    /// What is inside of these braces does not matter.
    Holes(Vec<Range<usize>>),
    /// It has to be parsed as a whole.
    Unsure,
}

/// Looks through a file. `marks` are all of [`super::markers::marks`], and those of one variable if one
/// matters.
pub(super) fn skim(source: &[u8], marks: &[Mark]) -> Skim {
    let mut lexer = Lexer::new(source, marks);
    if lexer.run().is_none() {
        return Skim::Unsure;
    }
    if !lexer.top().matters && !lexer.top().names {
        return Skim::Nothing;
    }
    let Lexer { mut holes, definitions, .. } = lexer;
    // What is a helper is told by everything that is written in it, so that nothing is hidden there.
    holes.retain(|hole| !is_near(hole, &definitions));
    Skim::Holes(holes)
}

/// Whether a function that is short enough for a helper may contain both the hole and a definition's
/// mark.
fn is_near(hole: &Range<usize>, definitions: &[usize]) -> bool {
    let longest = LONGEST_HELPER as usize;
    let first = definitions.partition_point(|at| at + longest < hole.end);
    definitions.get(first).is_some_and(|at| *at <= hole.start + longest)
}

/// What a bracket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `(` of a call, a group, or parameters: a `/` behind it divides.
    Group,
    /// `(` of `if` or `with`: a regular expression may follow.
    Head,
    /// `(` of `while` or `for`.
    Loop,
    /// `(` of which it is not sure what may follow.
    Odd,
    /// `[`.
    Square,
    /// `{`.
    Brace,
    /// `${` in a template.
    Insert,
}

#[derive(Clone, Copy, Debug)]
struct Bracket {
    kind: Kind,
    open: usize,
    /// Something in it may define or call a helper.
    matters: bool,
    /// The variable is named in it.
    names: bool,
    /// The variable is another one in it: a parameter of a function around it.
    hides: bool,
    /// It is not to be hidden even if nothing in it matters: whether it is empty matters.
    stays: bool,
    /// It is what `while (…)` or `for (…)` repeats.
    repeated: bool,
    /// It is a block of statements, so that a `/` behind it begins a regular expression.
    block: bool,
    /// How many holes there were when it began.
    holes: usize,
}

struct Lexer<'s> {
    source: &'s [u8],
    marks: &'s [Mark],
    at: usize,
    stack: Vec<Bracket>,
    /// The bracket that was closed last.
    closed: Bracket,
    /// The end of the last regular expression.
    pattern_end: usize,
    comments: Vec<Range<usize>>,
    holes: Vec<Range<usize>>,
    /// Where marks of definitions are.
    definitions: Vec<usize>,
    comment_end: memmem::Finder<'static>,
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

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

impl<'s> Lexer<'s> {
    fn new(source: &'s [u8], marks: &'s [Mark]) -> Self {
        let file = Bracket {
            kind: Kind::Group,
            open: 0,
            matters: false,
            names: false,
            hides: false,
            stays: true,
            repeated: false,
            block: false,
            holes: 0,
        };
        Self {
            source,
            marks,
            at: 0,
            stack: vec![file],
            closed: file,
            pattern_end: 0,
            comments: Vec::new(),
            holes: Vec::new(),
            definitions: Vec::new(),
            comment_end: memmem::Finder::new("*/"),
        }
    }

    /// Goes through the whole file; none if something is not sure.
    fn run(&mut self) -> Option<()> {
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
                _ => return None,
            }
        }
        self.note_marks(self.source.len());
        (self.stack.len() == 1).then_some(())
    }

    fn top(&self) -> &Bracket {
        // The file's own entry is never taken off.
        self.stack.last().unwrap_or(&self.closed)
    }

    fn matters(&mut self) {
        if let Some(top) = self.stack.last_mut() {
            top.matters = true;
        }
    }

    /// All marks before `end` that were not looked at are in code.
    fn note_marks(&mut self, end: usize) {
        while let Some((mark, rest)) = self.marks.split_first()
            && mark.at < end
        {
            self.note(*mark);
            self.marks = rest;
        }
    }

    fn note(&mut self, mark: Mark) {
        match mark.kind {
            MarkKind::Name => self.matters(),
            MarkKind::Definition => {
                self.matters();
                self.definitions.push(mark.at);
            }
            MarkKind::Variable => self.names(),
        }
    }

    fn names(&mut self) {
        if let Some(top) = self.stack.last_mut() {
            top.names |= !top.hides;
        }
    }

    /// Marks before `end` are in what is no code. Tells how many there were.
    fn drop_marks(&mut self, end: usize) -> usize {
        let inside = self.marks.iter().take_while(|mark| mark.at < end).count();
        self.marks = &self.marks[inside..];
        inside
    }

    // What is no code.

    fn string(&mut self, quote: u8) -> Option<()> {
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
        let mut inside = self.marks.iter().take_while(|mark| mark.at < self.at);
        if let Some(mark) = inside.find(|mark| mark.kind != MarkKind::Variable).copied() {
            if mark.kind == MarkKind::Definition && mark.at == start {
                self.note(mark);
            } else if self.is_name_or_module(start) {
                self.matters();
            }
        } else if escapes && self.byte_before(start) == Some(b'[') {
            // A property may be called by an escaped name.
            self.matters();
        }
        self.drop_marks(self.at);
        Some(())
    }

    /// Whether the string that begins at `start`, and was just read, may name a property or a module.
    fn is_name_or_module(&self, start: usize) -> bool {
        let end = self.before(start);
        let names = match end.checked_sub(1).map(|last| self.source[last]) {
            None => false,
            Some(b'[') => true,
            Some(b'(') => self.word(self.before(end - 1)) == b"require",
            Some(_) => matches!(self.word(end), b"from" | b"import"),
        };
        // `"name":` and `import { "name" as x }`, perhaps with a comment between.
        let rest = self.source[self.at..].trim_ascii_start();
        names || matches!(rest.first(), Some(b':' | b'/' | b'a'))
    }

    /// Reads on in a template, to its end or to `${`.
    fn template(&mut self) -> Option<()> {
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
        if marks > 0 && self.byte_before(start.saturating_sub(1)) == Some(b'[') {
            self.matters();
        }
        if self.source[self.at] == b'`' {
            self.at += 1;
            return Some(());
        }
        self.at += 1;
        self.open(Kind::Insert, true)
    }

    fn line_comment(&mut self) -> Option<()> {
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

    fn comment(&mut self, start: usize) {
        self.drop_marks(self.at);
        self.comments.push(start..self.at);
    }

    fn slash(&mut self) -> Option<()> {
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
    fn pattern(&mut self) -> Option<()> {
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

    // What stands before.

    /// The end of what stands before `end`, without spaces and comments.
    fn before(&self, mut end: usize) -> usize {
        let mut comments = &self.comments[..];
        loop {
            while end > 0 && self.source[end - 1].is_ascii_whitespace() {
                end -= 1;
            }
            while let Some((last, rest)) = comments.split_last()
                && last.start >= end
            {
                comments = rest;
            }
            match comments.last() {
                Some(last) if last.end == end => end = last.start,
                _ => return end,
            }
        }
    }

    fn byte_before(&self, end: usize) -> Option<u8> {
        self.before(end).checked_sub(1).map(|last| self.source[last])
    }

    /// The word that ends at `end`, empty if there is none.
    fn word(&self, end: usize) -> &'s [u8] {
        let name = self.source[..end].iter().rev().take_while(|byte| is_name(**byte));
        &self.source[end - name.count()..end]
    }

    /// The word that ends at `end` if it may be a keyword: empty where it is the name of a property.
    fn keyword(&self, end: usize) -> &'s [u8] {
        let word = self.word(end);
        let before = &self.source[..self.before(end - word.len())];
        let is_property = (before.ends_with(b".") && !before.ends_with(b"...")) || before.ends_with(b"#");
        if is_property { b"" } else { word }
    }

    /// Whether what stands before is a value, so that a `/` divides it and a `<` compares it.
    fn is_value_before(&self) -> Option<bool> {
        let end = self.before(self.at);
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
                let value = self.byte_before(end - 2)?;
                (is_name(value) || matches!(value, b')' | b']')).then_some(true)
            }
            b'(' | b'[' | b'{' | b',' | b';' | b':' | b'=' | b'?' | b'&' | b'|' | b'!' | b'+'
            | b'-' | b'*' | b'%' | b'^' | b'~' | b'<' | b'>' => Some(false),
            byte if is_name(byte) => match self.keyword(end) {
                b"return" | b"typeof" | b"instanceof" | b"in" | b"new" | b"delete" | b"void"
                | b"throw" | b"case" | b"do" | b"else" => Some(false),
                b"of" | b"yield" | b"await" => None,
                _ => Some(true),
            },
            _ => None,
        }
    }

    // Brackets.

    fn open(&mut self, kind: Kind, stays: bool) -> Option<()> {
        let open = self.at;
        let holes = self.holes.len();
        let hides = self.top().hides;
        self.stack.push(Bracket {
            kind,
            open,
            matters: false,
            names: false,
            hides,
            stays,
            repeated: false,
            block: false,
            holes,
        });
        self.at += 1;
        (self.stack.len() <= DEEPEST).then_some(())
    }

    fn open_round(&mut self) -> Option<()> {
        let end = self.before(self.at);
        let word: &[u8] = match end.checked_sub(1).map(|last| self.source[last]) {
            // The last letters of those below.
            Some(b'f' | b'h' | b'e' | b'r' | b't' | b'd') => self.keyword(end),
            _ => b"",
        };
        let kind = match word {
            b"if" | b"with" => Kind::Head,
            b"while" | b"for" => Kind::Loop,
            b"await" | b"of" | b"yield" => Kind::Odd,
            b"switch" => {
                self.note_switch(end - b"switch".len());
                Kind::Group
            }
            _ => Kind::Group,
        };
        self.open(kind, false)
    }

    /// `while (1) switch (…)` and `for (;;) { switch (…) … }` are how state machines begin.
    fn note_switch(&mut self, start: usize) {
        let repeated = match self.byte_before(start) {
            Some(b')') => self.closed.kind == Kind::Loop,
            Some(b'{') => self.top().repeated,
            _ => false,
        };
        if repeated {
            self.matters();
        }
    }

    fn open_brace(&mut self) -> Option<()> {
        let end = self.before(self.at);
        let last = end.checked_sub(1).map(|last| self.source[last]);
        let stays = match last {
            Some(b')') => self.closed.kind == Kind::Group && self.is_last_argument(),
            // `exports: {}` tells what executes a bundle's modules, and `exports: { a }` is no such thing.
            Some(b':') => self.is_key_exports(end - 1),
            _ => false,
        };
        if stays && last == Some(b')') {
            self.matters();
        }
        let (repeated, block) = match last {
            Some(b')') => (
                self.closed.kind == Kind::Loop,
                matches!(self.closed.kind, Kind::Loop | Kind::Head),
            ),
            Some(b';') => (false, true),
            Some(b'e' | b'o' | b'y') => {
                (false, matches!(self.keyword(end), b"else" | b"do" | b"try" | b"finally"))
            }
            _ => (false, false),
        };
        let ends_parameters = match last {
            Some(b')') => true,
            Some(b'>') => self.source[..end].ends_with(b"=>") && self.byte_before(end - 2) == Some(b')'),
            _ => false,
        };
        let hides = ends_parameters && self.closed.hides && self.closed.names;
        self.open(Kind::Brace, stays)?;
        if let Some(top) = self.stack.last_mut() {
            (top.repeated, top.block) = (repeated, block);
            top.hides |= hides;
        }
        Some(())
    }

    /// Whether the parentheses that were just closed are those of a function behind two arguments or
    /// more, the last of which is `void 0`: what is handed to TypeScript's helper, under any name.
    fn is_last_argument(&self) -> bool {
        let end = self.before(self.closed.open);
        let word = self.word(end);
        let start = if word == b"function" {
            end - word.len()
        } else {
            let end = self.before(end - word.len());
            if word.is_empty() || self.word(end) != b"function" {
                return false;
            }
            end - b"function".len()
        };
        let mut end = self.before(start);
        while self.source[..end].ends_with(b"(") {
            end = self.before(end - 1);
        }
        let Some(before) = self.source[..end].strip_suffix(b",") else { return false };
        let end = self.before(before.len());
        match self.source[..end].last() {
            Some(b'0') => true,
            _ => self.word(end) == b"undefined",
        }
    }

    fn is_key_exports(&self, colon: usize) -> bool {
        let key = &self.source[..self.before(colon)];
        [&b"exports"[..], b"exports\"", b"exports'", b"]", b"`"].iter().any(|end| key.ends_with(end))
    }

    fn close(&mut self, kinds: &[Kind]) -> Option<()> {
        if self.stack.len() < 2 {
            return None;
        }
        let mut closed = self.stack.pop().filter(|bracket| kinds.contains(&bracket.kind))?;
        if closed.matters {
            self.matters();
        }
        if closed.names {
            closed.hides = closed.kind == Kind::Group && self.are_parameters(closed.open);
            if !closed.hides {
                self.names();
            }
        }
        self.closed = closed;
        self.at += 1;
        Some(())
    }

    /// Whether the parentheses from `open` to here are those of a function, with nothing but names in
    /// them, so that the variable is another one in its body.
    fn are_parameters(&self, open: usize) -> bool {
        let inside = &self.source[open + 1..self.at];
        let is_plain = |byte: &u8| is_name(*byte) || byte.is_ascii_whitespace() || *byte == b',';
        let rest = self.source[self.at + 1..].trim_ascii_start();
        if !inside.iter().all(is_plain) {
            return false;
        }
        let end = self.before(open);
        let word = self.keyword(end);
        let is_function = matches!(word, b"function" | b"catch")
            || self.keyword(self.before(end - word.len())) == b"function";
        rest.starts_with(b"=>") || (rest.starts_with(b"{") && is_function)
    }

    fn close_brace(&mut self) -> Option<()> {
        let end = self.at;
        self.close(&[Kind::Brace, Kind::Insert])?;
        let closed = self.closed;
        if closed.kind == Kind::Insert {
            return self.template();
        }
        if closed.stays && self.before(end) == closed.open + 1 {
            // Of all places where it says `exports: {}`, one makes its function a bundler's.
            self.note(Mark { at: closed.open, kind: MarkKind::Definition });
        }
        if !(closed.matters || closed.names || closed.stays) && end - closed.open > SHORTEST {
            self.holes.truncate(closed.holes);
            self.holes.push(closed.open + 1..end);
        }
        Some(())
    }

    // Other signs.

    /// `function*` may be handed to a helper from another file.
    fn star(&mut self) {
        if self.word(self.before(self.at)) == b"function" {
            self.matters();
        }
        self.at += 1;
    }

    fn less(&mut self) -> Option<()> {
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
    fn minus(&mut self) -> Option<()> {
        if self.source[self.at..].starts_with(b"-->") {
            let before = &self.source[self.before(self.at)..self.at];
            if before.len() == self.at || before.contains(&b'\n') || before.contains(&b'\r') {
                return None;
            }
        }
        self.at += 1;
        Some(())
    }
}

/// What was overwritten, to be put back.
#[derive(Debug, Default)]
pub(super) struct Hidden(Vec<(usize, u8)>);

impl Hidden {
    /// Makes a comment of each hole, where that takes no letter apart.
    pub(super) fn new(source: &mut [u8], holes: &mut Vec<Range<usize>>) -> Self {
        let mut hidden = Self::default();
        let end_of_comment = memmem::Finder::new("*/");
        holes.retain(|hole| {
            let inside = &source[hole.clone()];
            let is_ascii = |bytes: &[u8]| bytes.is_ascii();
            inside.len() >= SHORTEST
                && is_ascii(&inside[..2])
                && is_ascii(&inside[inside.len() - 2..])
        });
        for hole in holes.iter() {
            let inside = hole.start + 2..hole.end - 2;
            let ends: Vec<usize> =
                end_of_comment.find_iter(&source[inside.clone()]).collect();
            for end in ends {
                hidden.set(source, inside.start + end + 1, b' ');
            }
            for (at, byte) in [(hole.start, b'/'), (hole.start + 1, b'*')] {
                hidden.set(source, at, byte);
            }
            for (at, byte) in [(hole.end - 2, b'*'), (hole.end - 1, b'/')] {
                hidden.set(source, at, byte);
            }
        }
        hidden
    }

    fn set(&mut self, source: &mut [u8], at: usize, byte: u8) {
        self.0.push((at, std::mem::replace(&mut source[at], byte)));
    }

    /// Puts back what was there.
    pub(super) fn restore(self, source: &mut [u8]) {
        for (at, byte) in self.0.into_iter().rev() {
            source[at] = byte;
        }
    }
}
