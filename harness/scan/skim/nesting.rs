//! Which brackets belong together, and what is between them.

use super::super::markers::{Mark, MarkKind};
use super::before::is_name;
use super::bracket::{Bracket, Kind};
use super::hide::SHORTEST;
use super::lexer::Lexer;

/// Brackets within brackets that are followed, and parsed. Real code has some dozens, generated tables
/// hundreds.
pub(in super::super) const DEEPEST: usize = 3_000;

impl Lexer<'_> {
    pub(super) fn open(&mut self, kind: Kind, stays: bool) -> Option<()> {
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
            loads: false,
            repeated: false,
            block: false,
            holes,
        });
        self.at += 1;
        (self.stack.len() <= DEEPEST).then_some(())
    }

    pub(super) fn open_round(&mut self) -> Option<()> {
        let end = self.before.end(self.at);
        let word: &[u8] = match end.checked_sub(1).map(|last| self.source[last]) {
            // The last letters of those below.
            Some(b'f' | b'h' | b'e' | b'r' | b't' | b'd') => self.before.keyword(end),
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
    pub(super) fn note_switch(&mut self, start: usize) {
        let repeated = match self.before.byte(start) {
            Some(b')') => self.closed.kind == Kind::Loop,
            Some(b'{') => self.top().repeated,
            _ => false,
        };
        if repeated {
            self.matters();
        }
    }

    pub(super) fn open_brace(&mut self) -> Option<()> {
        let end = self.before.end(self.at);
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
                matches!(self.closed.kind, Kind::Loop | Kind::Head) || self.is_declaration(),
            ),
            Some(b';') => (false, true),
            Some(b'e' | b'o' | b'y') => {
                (false, matches!(self.before.keyword(end), b"else" | b"do" | b"try" | b"finally"))
            }
            _ => (false, false),
        };
        let ends_parameters = match last {
            Some(b')') => true,
            Some(b'>') => {
                self.source[..end].ends_with(b"=>") && self.before.byte(end - 2) == Some(b')')
            }
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

    /// Whether the parentheses that were just closed are those of a function's declaration, behind whose body
    /// a new statement begins.
    fn is_declaration(&self) -> bool {
        let end = self.before.end(self.closed.open);
        let name = self.before.word(end);
        let end = self.before.end(end - name.len());
        let end = if self.source[..end].ends_with(b"*") { self.before.end(end - 1) } else { end };
        if name.is_empty() || self.before.word(end) != b"function" {
            return false;
        }
        let start = end - b"function".len();
        matches!(self.before.byte(start), None | Some(b';' | b'{' | b'}'))
    }

    /// Whether the parentheses that were just closed are those of a function behind two arguments or
    /// more, the last of which is `void 0` or a promise's constructor: what is handed to TypeScript's
    /// helper, under any name.
    pub(super) fn is_last_argument(&self) -> bool {
        let end = self.before.end(self.closed.open);
        let word = self.before.word(end);
        let start = if word == b"function" {
            end - word.len()
        } else {
            let end = self.before.end(end - word.len());
            if word.is_empty() || self.before.word(end) != b"function" {
                return false;
            }
            end - b"function".len()
        };
        let mut end = self.before.end(start);
        while self.source[..end].ends_with(b"(") {
            end = self.before.end(end - 1);
        }
        let Some(before) = self.source[..end].strip_suffix(b",") else { return false };
        let end = self.before.end(before.len());
        if self.is_nothing(end) {
            return true;
        }
        // Somebody's own promise: `(this, void 0, Promise, function () {…})`.
        let path = self.source[..end].iter().rev();
        let length = path.take_while(|byte| is_name(**byte) || **byte == b'.').count();
        let end = self.before.end(end - length);
        let Some(before) = self.source[..end].strip_suffix(b",") else { return false };
        let end = self.before.end(before.len());
        length > 0 && (self.is_nothing(end) || self.before.word(end).starts_with(b"arguments"))
    }

    /// Whether `void 0` or `undefined` ends here.
    fn is_nothing(&self, end: usize) -> bool {
        self.source[..end].ends_with(b"0") || self.before.word(end) == b"undefined"
    }

    pub(super) fn is_key_exports(&self, colon: usize) -> bool {
        let key = &self.source[..self.before.end(colon)];
        [&b"exports"[..], b"exports\"", b"exports'", b"]", b"`"]
            .iter()
            .any(|end| key.ends_with(end))
    }

    pub(super) fn close(&mut self, kinds: &[Kind]) -> Option<()> {
        if self.stack.len() < 2 {
            return None;
        }
        let mut closed = self.stack.pop().filter(|bracket| kinds.contains(&bracket.kind))?;
        if closed.matters {
            self.matters();
        }
        if closed.loads {
            self.loads();
        }
        if closed.names {
            closed.hides =
                self.may_hide && closed.kind == Kind::Group && self.are_parameters(closed.open);
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
    pub(super) fn are_parameters(&self, open: usize) -> bool {
        let inside = &self.source[open + 1..self.at];
        let is_plain = |byte: &u8| is_name(*byte) || byte.is_ascii_whitespace() || *byte == b',';
        let rest = self.source[self.at + 1..].trim_ascii_start();
        if !inside.iter().all(is_plain) {
            return false;
        }
        let end = self.before.end(open);
        let word = self.before.keyword(end);
        let is_function = matches!(word, b"function" | b"catch")
            || self.before.keyword(self.before.end(end - word.len())) == b"function";
        rest.starts_with(b"=>") || (rest.starts_with(b"{") && is_function)
    }

    pub(super) fn close_brace(&mut self) -> Option<()> {
        let end = self.at;
        self.close(&[Kind::Brace, Kind::Insert])?;
        let closed = self.closed;
        if closed.kind == Kind::Insert {
            return self.template();
        }
        if closed.stays && self.before.end(end) == closed.open + 1 {
            // Of all places where it says `exports: {}`, one makes its function a bundler's.
            self.note(Mark { at: closed.open, kind: MarkKind::Definition });
        }
        if !(closed.matters || closed.names || closed.stays || closed.loads)
            && end - closed.open > SHORTEST
        {
            self.holes.truncate(closed.holes);
            self.holes.push(closed.open + 1..end);
        }
        Some(())
    }
}
