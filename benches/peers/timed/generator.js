module.exports = require('./body.js')('generator');
