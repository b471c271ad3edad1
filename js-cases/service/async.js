"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const fs = require("fs");
const http = require("http");
const os = require("os");
const path = require("path");
class NotFound extends Error {
}
// The least recently used entry goes when there are too many.
class Cache {
    constructor(most) {
        this.most = most;
        this.entries = new Map();
    }
    async get(key, load) {
        const known = this.entries.get(key);
        if (known !== undefined) {
            this.entries.delete(key);
            this.entries.set(key, known);
            return known;
        }
        const value = await load(key);
        this.entries.set(key, value);
        if (this.entries.size > this.most)
            this.entries.delete(this.entries.keys().next().value);
        return value;
    }
}
// Page views go to a file, many at a time. What the disk can't take in time is dropped and counted.
class QueueWriter {
    constructor(out, most) {
        this.out = out;
        this.most = most;
        this.waiting = [];
        this.writing = false;
        this.dropped = 0;
    }
    async push(view) {
        if (this.waiting.length >= this.most) {
            this.dropped++;
            return;
        }
        this.waiting.push(JSON.stringify(view));
        if (!this.writing) {
            this.writing = true;
            setTimeout(() => this.drain(), 50);
        }
    }
    async drain() {
        while (this.waiting.length > 0) {
            const batch = this.waiting;
            this.waiting = [];
            await this.write(batch.join('\n') + '\n');
        }
        this.writing = false;
    }
    write(text) {
        return new Promise((resolve, reject) => this.out.write(text, error => (error ? reject(error) : resolve())));
    }
}
// Stands for a database: it answers in a later turn of the event loop.
class Database {
    async article(id) {
        const number = Number(id);
        if (!Number.isInteger(number) || number < 1 || number > 10000)
            throw new NotFound('no article ' + id);
        await this.roundTrip();
        const paragraphs = ['first', 'second', 'third'].map(word => `The ${word} paragraph of article ${id}.`);
        return { id: number, title: 'Article ' + id, paragraphs };
    }
    async user(token) {
        await this.roundTrip();
        return token.replace('Bearer ', '');
    }
    roundTrip() {
        return new Promise(resolve => setImmediate(resolve));
    }
}
const database = new Database();
const sessions = new Cache(1000);
const articles = new Cache(1000);
const log = process.stdout;
const views = new QueueWriter(fs.createWriteStream(process.env.VIEWS || path.join(os.tmpdir(), 'views.jsonl')), 10000);
function compose(stack) {
    async function dispatch(context, index) {
        if (index < stack.length)
            await stack[index](context, () => dispatch(context, index + 1));
    }
    return context => dispatch(context, 0);
}
async function requestLog(context, next) {
    const start = process.hrtime();
    await next();
    const [seconds, nanos] = process.hrtime(start);
    const ms = (seconds * 1e3 + nanos / 1e6).toFixed(1);
    log.write(`${new Date().toISOString()} ${context.request.method} ${context.path} ${context.status} ${ms} ms\n`);
}
async function respond(context, next) {
    await next();
    const text = JSON.stringify(context.body);
    context.response.writeHead(context.status, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
    });
    context.response.end(text);
}
async function errors(context, next) {
    try {
        await next();
    }
    catch (error) {
        context.status = error instanceof NotFound ? 404 : 500;
        context.body = { error: String(error) };
    }
}
async function session(context, next) {
    const token = context.request.headers.authorization;
    if (token)
        context.user = await sessions.get(token, key => database.user(key));
    await next();
}
async function pageViews(context, next) {
    await next();
    if (context.status === 200)
        await views.push({ at: Date.now(), path: context.path, user: context.user });
}
async function router(context) {
    const [, collection, id] = context.path.split('/');
    if (context.request.method !== 'GET' || collection !== 'articles' || !id)
        throw new NotFound('no ' + context.path);
    const article = await articles.get(id, key => database.article(key));
    context.status = 200;
    context.body = { article, reader: context.user };
}
const handle = compose([requestLog, respond, errors, session, pageViews, router]);
const server = http.createServer(async (request, response) => {
    const path = (request.url || '/').split('?')[0];
    const context = { request, response, path, user: null, status: 404, body: {} };
    try {
        await handle(context);
    }
    catch (error) {
        log.write(`${new Date().toISOString()} failed: ${error}\n`);
        response.destroy();
    }
});
server.listen(Number(process.env.PORT || 3000), '127.0.0.1', () => {
    const address = server.address();
    log.write(`${new Date().toISOString()} listening on http://${address.address}:${address.port}\n`);
});
process.on('SIGTERM', () => server.close(() => process.exit(0)));
