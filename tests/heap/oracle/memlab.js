'use strict';
// memlab's own loader, which computes dominators and retained sizes, and rows by class as `awaitbench heap summary` has them.
// usage: npm install --no-package-lock --ignore-scripts @memlab/heap-analysis @memlab/core
//        node --max-old-space-size=12000 memlab.js FILE
const { getFullHeapFromFile } = require('@memlab/heap-analysis');

getFullHeapFromFile(process.argv[2]).then((heap) => {
  const rows = new Map();
  heap.nodes.forEach((node) => {
    const row = rows.get(node.name) || { count: 0, self: 0, retained: 0 };
    row.count += 1;
    row.self += node.self_size;
    row.retained = Math.max(row.retained, node.retainedSize);
    rows.set(node.name, row);
  });
  console.log(heap.nodes.length, rows.size);
});
