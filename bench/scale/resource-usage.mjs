import { appendFileSync } from 'node:fs';

// Preloaded into each measured process: adds a line with the memory and the processor time that the process took.

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  appendFileSync(process.env.HPO_BENCH_USAGE, `${JSON.stringify({ maxRSS, cpu: userCPUTime + systemCPUTime })}\n`);
});
