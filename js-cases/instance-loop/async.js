"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.loop = loop;
class Async {
    async run() {
        return null;
    }
}
// Awaits an async method of a new instance, n times. Counts what came back as evidence.
async function loop(n) {
    let nulls = 0;
    for (let i = 0; i < n; i++) {
        if ((await new Async().run()) === null)
            nulls++;
    }
    return nulls;
}
