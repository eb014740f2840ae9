"use strict";

// ndjson.js PLAN EVENTS WORKERS: judges a file of one message a line, each worker a share of it.

const fs = require("node:fs");
const { Worker, isMainThread, parentPort, workerData } = require("node:worker_threads");
const { compile, Tally } = require("./judge.js");

const CHUNK = 4 << 20;

function judge({ plan, path, start, end }) {
  const tally = new Tally(compile(plan));
  const file = fs.openSync(path, "r");
  let rest = Buffer.alloc(0);
  for (let at = start; at < end; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, end - at));
    const read = fs.readSync(file, buffer, 0, buffer.length, at);
    at += read;
    const data = rest.length ? Buffer.concat([rest, buffer.subarray(0, read)]) : buffer.subarray(0, read);
    let from = 0;
    for (let newline; (newline = data.indexOf(10, from)) >= 0; from = newline + 1) {
      tally.add(JSON.parse(data.toString("utf8", from, newline)));
    }
    rest = data.subarray(from);
  }
  if (rest.length) tally.add(JSON.parse(rest.toString("utf8")));
  return { counts: tally.counts, violations: tally.violations };
}

// The start of the line after the one that holds this byte.
function border(path, at) {
  const file = fs.openSync(path, "r");
  const buffer = Buffer.alloc(1 << 20);
  const read = fs.readSync(file, buffer, 0, buffer.length, at);
  return at + buffer.subarray(0, read).indexOf(10) + 1;
}

function add(total, more) {
  for (const [key, count] of more) {
    const known = total.get(key);
    total.set(key, Array.isArray(count) ? count.map((n, i) => n + (known ? known[i] : 0)) : count + (known || 0));
  }
}

if (!isMainThread) {
  parentPort.postMessage(judge(workerData));
} else {
  const [plan, path, workers] = process.argv.slice(2);
  const size = fs.statSync(path).size;
  const borders = [0];
  for (let index = 1; index < Number(workers); index++) borders.push(border(path, Math.floor((size * index) / workers)));
  borders.push(size);
  const counts = new Map();
  const violations = new Map();
  const finish = (judged) => {
    add(counts, judged.counts);
    add(violations, judged.violations);
    const sums = [...counts.values()].reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
    return { messages: sums[0] + sums[1], violating: sums[1], kinds: violations.size };
  };
  if (workers === "1") {
    console.log(JSON.stringify(finish(judge({ plan, path, start: 0, end: size }))));
  } else {
    let left = Number(workers);
    for (let index = 0; index < Number(workers); index++) {
      const worker = new Worker(__filename, {
        workerData: { plan, path, start: borders[index], end: borders[index + 1] },
      });
      worker.on("message", (judged) => {
        const total = finish(judged);
        if (--left === 0) console.log(JSON.stringify(total));
      });
    }
  }
}
