"use strict";
var __awaiter = (this && this.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
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
    get(key, load) {
        return __awaiter(this, void 0, void 0, function* () {
            const known = this.entries.get(key);
            if (known !== undefined) {
                this.entries.delete(key);
                this.entries.set(key, known);
                return known;
            }
            const value = yield load(key);
            this.entries.set(key, value);
            if (this.entries.size > this.most)
                this.entries.delete(this.entries.keys().next().value);
            return value;
        });
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
    push(view) {
        return __awaiter(this, void 0, void 0, function* () {
            if (this.waiting.length >= this.most) {
                this.dropped++;
                return;
            }
            this.waiting.push(JSON.stringify(view));
            if (!this.writing) {
                this.writing = true;
                setTimeout(() => this.drain(), 50);
            }
        });
    }
    drain() {
        return __awaiter(this, void 0, void 0, function* () {
            while (this.waiting.length > 0) {
                const batch = this.waiting;
                this.waiting = [];
                yield this.write(batch.join('\n') + '\n');
            }
            this.writing = false;
        });
    }
    write(text) {
        return new Promise((resolve, reject) => this.out.write(text, error => (error ? reject(error) : resolve())));
    }
}
// Stands for a database: it answers in a later turn of the event loop.
class Database {
    article(id) {
        return __awaiter(this, void 0, void 0, function* () {
            const number = Number(id);
            if (!Number.isInteger(number) || number < 1 || number > 10000)
                throw new NotFound('no article ' + id);
            yield this.roundTrip();
            const paragraphs = ['first', 'second', 'third'].map(word => `The ${word} paragraph of article ${id}.`);
            return { id: number, title: 'Article ' + id, paragraphs };
        });
    }
    user(token) {
        return __awaiter(this, void 0, void 0, function* () {
            yield this.roundTrip();
            return token.replace('Bearer ', '');
        });
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
    function dispatch(context, index) {
        return __awaiter(this, void 0, void 0, function* () {
            if (index < stack.length)
                yield stack[index](context, () => dispatch(context, index + 1));
        });
    }
    return context => dispatch(context, 0);
}
function requestLog(context, next) {
    return __awaiter(this, void 0, void 0, function* () {
        const start = process.hrtime();
        yield next();
        const [seconds, nanos] = process.hrtime(start);
        const ms = (seconds * 1e3 + nanos / 1e6).toFixed(1);
        log.write(`${new Date().toISOString()} ${context.request.method} ${context.path} ${context.status} ${ms} ms\n`);
    });
}
function respond(context, next) {
    return __awaiter(this, void 0, void 0, function* () {
        yield next();
        const text = JSON.stringify(context.body);
        context.response.writeHead(context.status, {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
        });
        context.response.end(text);
    });
}
function errors(context, next) {
    return __awaiter(this, void 0, void 0, function* () {
        try {
            yield next();
        }
        catch (error) {
            context.status = error instanceof NotFound ? 404 : 500;
            context.body = { error: String(error) };
        }
    });
}
function session(context, next) {
    return __awaiter(this, void 0, void 0, function* () {
        const token = context.request.headers.authorization;
        if (token)
            context.user = yield sessions.get(token, key => database.user(key));
        yield next();
    });
}
function pageViews(context, next) {
    return __awaiter(this, void 0, void 0, function* () {
        yield next();
        if (context.status === 200)
            yield views.push({ at: Date.now(), path: context.path, user: context.user });
    });
}
function router(context) {
    return __awaiter(this, void 0, void 0, function* () {
        const [, collection, id] = context.path.split('/');
        if (context.request.method !== 'GET' || collection !== 'articles' || !id)
            throw new NotFound('no ' + context.path);
        const article = yield articles.get(id, key => database.article(key));
        context.status = 200;
        context.body = { article, reader: context.user };
    });
}
const handle = compose([requestLog, respond, errors, session, pageViews, router]);
const server = http.createServer((request, response) => __awaiter(void 0, void 0, void 0, function* () {
    const path = (request.url || '/').split('?')[0];
    const context = { request, response, path, user: null, status: 404, body: {} };
    try {
        yield handle(context);
    }
    catch (error) {
        log.write(`${new Date().toISOString()} failed: ${error}\n`);
        response.destroy();
    }
}));
server.listen(Number(process.env.PORT || 3000), '127.0.0.1', () => {
    const address = server.address();
    log.write(`${new Date().toISOString()} listening on http://${address.address}:${address.port}\n`);
});
process.on('SIGTERM', () => server.close(() => process.exit(0)));
