"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.of = of;
// Makes an op that awaits k settled promises, one after the other, then signals: the next op
// starts from that signal.
function of(k) {
    return async function op(done) {
        let sum = 0;
        for (let i = 0; i < k; i++)
            sum += await Promise.resolve(1);
        done(sum);
    };
}
