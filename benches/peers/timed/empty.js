module.exports = require('./body.js')('empty');
