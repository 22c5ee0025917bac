// Names the tests that failed, with their messages, and counts all tests in one last line.
// Arguments: the exit status of the test commands, then the files of vitest's JSON reporter.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const LONGEST_MESSAGE = 4_000; // characters: enough for an assertion's difference and its place

const [status, ...files] = process.argv.slice(2);
const count = { passed: 0, failed: 0, skipped: 0 };
for (const { numTotalTests = 0, numPassedTests = 0, numPendingTests = 0, numTodoTests = 0, testResults } of files.map(
  reportOf,
)) {
  count.passed += numPassedTests;
  count.skipped += numPendingTests + numTodoTests;
  count.failed += numTotalTests - numPassedTests - numPendingTests - numTodoTests;
  for (const { name, status: fileStatus, message, assertionResults } of testResults ?? []) {
    const file = relative(process.cwd(), name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (fileStatus === 'failed' && failed.length === 0) print(file, message);
    for (const { fullName, failureMessages } of failed) print(`${file}: ${fullName}`, failureMessages.join('\n'));
  }
}
// A failure without a failed test is one of the lint, the types, the build, or of a file that did not load.
const failed = Math.max(count.failed, status === '0' ? 0 : 1);
console.log(`Tests: ${count.passed} passed, ${failed} failed, ${count.skipped} skipped`);

/** The report of one vitest run, empty where the run did not come to write it. */
function reportOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

function print(name, message) {
  const text = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  console.log(`\nFAILED ${name}\n${text}\n`);
}
