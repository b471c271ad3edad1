'use strict';
exports.loop = function (n) {
  function rest(left) {
    return left === 0 ? n : Promise.resolve(left - 1).then(rest);
  }
  return Promise.resolve(rest(n));
};
