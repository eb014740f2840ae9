"use strict";

// Fastify + Ajv, two processes: reads, checks, counts in memory and forgets.

const cluster = require("node:cluster");

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
} else {
  const { judge, serve } = require("./check.js");
  const totals = new Map();
  serve((messages) => {
    for (const [event, [received, violating]] of judge(messages).counts) {
      let total = totals.get(event);
      if (total === undefined) totals.set(event, (total = [0, 0]));
      total[0] += received;
      total[1] += violating;
    }
  });
}
