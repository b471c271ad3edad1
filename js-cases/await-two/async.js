"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.op = op;
// Awaits two settled promises, then signals: the next op starts from that signal.
async function op(done) {
    const first = await Promise.resolve(1);
    const second = await Promise.resolve(2);
    done(first + second);
}
