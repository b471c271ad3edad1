module.exports = require('./body.js')('async');
