'use strict';
// Services that go wrong in one way each. usage: node service.js PORT MODE
var http = require('http');

var mode = process.argv[3];
var requests = 0;
var list = [];
var cache = new Map();

function wait(ms) {
  var end = Date.now() + ms;
  while (Date.now() < end);
}

var modes = {
  sound: function (response) { response.end('{}'); },
  // Stands still for a second, once.
  stall: function (response) {
    if (requests === 300) wait(1000);
    response.end('{}');
  },
  half: function (response) {
    response.statusCode = requests % 2 ? 200 : 500;
    response.end('{}');
  },
  // Never answers every third request.
  mute: function (response) {
    if (requests % 3) response.end('{}');
  },
  reset: function (response) { response.destroy(); },
  die: function () {
    console.error('out of luck');
    process.exit(7);
  },
  // Answers nothing that is HTTP.
  garbage: function (response) {
    response.socket.end('?!?!\r\n\r\n');
  },
  // Ends each connection, and takes no new one from the hundredth request on.
  refuse: function (response) {
    if (requests === 100) server.close();
    response.setHeader('connection', 'close');
    response.end('{}');
  },
  // Keeps an object for every request.
  keep: function (response) {
    list.push({ at: requests, text: 'request ' + requests, more: [1, 2, 3] });
    response.end('{}');
  },
  // Keeps those of the last 500.
  cache: function (response) {
    cache.set(requests, { at: requests, text: 'request ' + requests, more: [1, 2, 3] });
    if (cache.size > 500) cache.delete(cache.keys().next().value);
    response.end('{}');
  }
};

// It lives on without a port.
setInterval(function () {}, 1000);

var server;
if (mode !== 'deaf') {
  server = http.createServer(function (request, response) {
    requests += 1;
    (mode === 'die' && requests < 50 ? modes.sound : modes[mode])(response);
  });
  server.listen(Number(process.argv[2]), '127.0.0.1');
}
