const vm = require('vm');
exports.leak = async (n) => {
  for (let i = 0; i < n; i++) vm.compileFunction('return ' + i, [], { importModuleDynamically: async () => {} });
};
exports.few = 100;
exports.many = 8_000;
