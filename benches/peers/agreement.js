'use strict';
// What the lines of `agree.js` say: one row a tool and runtime in Markdown, means over the rounds in ns/op, and how far its
// ratio is, in per cent, from awaitbench's: plainly, and from what awaitbench's would be with the tool's constant added to
// both forms (the difference of the two empty bodies). Then how far mitata and tinybench are from awaitbench's own
// measurement of the same loops (the cases awaited and timed): of tinybench all the time that passes counts then.
// Brackets hold 95 % of 4,000 resamples of the rounds: processes of one round were neighbours in time. A round that lacks a
// figure is left out.
// usage: node agreement.js FILE

const fs = require('fs');

const file = process.argv[2];
if (!file) {
  console.error('usage: node agreement.js FILE');
  process.exit(2);
}
const variants = ['generator', 'async', 'empty'];
const found = {};
for (const line of fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map((text) => JSON.parse(text))) {
  const { tool, version, round } = line;
  const key = tool + ' ' + version;
  found[key] = found[key] || { tool, version, generator: {}, async: {}, empty: {} };
  found[key][line.variant][round] = line.ns_per_op;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

// Of the rounds with these numbers; a round may be there more than once.
function figures(of, numbers) {
  const [slow, fast, empty] = variants.map((variant) => mean(numbers.map((round) => of[variant][round])));
  return { generator: slow, async: fast, empty, ratio: slow / fast };
}

// The same seed always: Numerical Recipes' generator of 32 bits.
let state = 1;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * below);
};

const begun = [...new Set(Object.values(found).flatMap((of) => variants.flatMap((variant) => Object.keys(of[variant]))))];
const isWhole = (round) => Object.values(found).every((of) => variants.every((variant) => round in of[variant]));
const all = begun.filter(isWhole);
if (all.length < begun.length) console.error(`${begun.length - all.length} of ${begun.length} rounds lack a figure and are left out`);
if (all.length === 0) process.exit(1);
const draws = Array.from({ length: 4000 }, () => all.map(() => all[random(all.length)]));

// How far the ratio of the first is from what is expected of it out of the second, in per cent.
function difference(first, second, expected) {
  const of = (numbers) => {
    const [theirs, ours] = [figures(first, numbers), figures(second, numbers)];
    return (theirs.ratio / expected(ours, theirs.empty - ours.empty) - 1) * 100;
  };
  const sorted = draws.map(of).sort((a, b) => a - b);
  const [low, high] = [0.025, 0.975].map((share) => sorted[Math.round(share * (sorted.length - 1))]);
  const signed = (value) => (value < 0 ? '-' : '+') + Math.abs(value).toFixed(0);
  return `${signed(of(all))} [${signed(low)}, ${signed(high)}]`;
}

const plainly = (ours) => ours.ratio;
// With the tool's constant beyond ours in both forms.
const withConstant = (ours, constant) => (ours.generator + constant) / (ours.async + constant);

// What the tools are called in the table.
const NAMES = {
  'awaitbench, awaited': "awaitbench, mitata's loop",
  'awaitbench, timed': "awaitbench, tinybench's loop",
  'tinybench, whole': 'tinybench, all that passed',
};
const number = (ns) => (ns < 100 ? ns.toFixed(1) : Math.round(ns).toLocaleString('en-US'));
console.log('| Node | tool | generator | async | empty | ratio | from ours, % | from ours with its constant, % |');
console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const of of Object.values(found)) {
  const own = found['awaitbench ' + of.version];
  const own_figures = figures(of, all);
  const apart = of === own ? ['', ''] : [difference(of, own, plainly), difference(of, own, withConstant)];
  const cells = [of.version, NAMES[of.tool] || of.tool, ...variants.map((variant) => number(own_figures[variant])), own_figures.ratio.toFixed(2), ...apart];
  console.log(`| ${cells.join(' | ')} |`);
}
console.log();
for (const [tool, loop] of [['mitata', 'awaited'], ['tinybench, whole', 'timed']]) {
  for (const of of Object.values(found).filter((one) => one.tool === tool)) {
    const own = found[`awaitbench, ${loop} ${of.version}`];
    console.log(`${tool} from our case ${loop} on ${of.version}: ${difference(of, own, plainly)} %`);
  }
}
