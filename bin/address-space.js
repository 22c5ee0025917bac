import { readFileSync, writeSync } from 'node:fs';

const FLAG = '--disable-wasm-trap-handler';

/**
 * The address space, in GB, that Node needs with the modules that import TypeScript; it uses little of it. It reserves
 * 10 GB for each of two WebAssembly memories, unless it checks their bounds in another way.
 */
const NEEDED = { guarded: 24, checked: 10 };

/**
 * Ends this process with one line where the address space is too small; Node would crash, or end silently.
 *
 * @param {boolean} studies whether studies are to be imported, whose workers need room, too
 */
export function checkAddressSpace(studies) {
  const limit = addressSpaceLimit();
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  const isChecked = options.includes(FLAG);
  if (limit < (isChecked ? (studies ? NEEDED.checked : 0) : NEEDED.guarded)) refuse(limit, isChecked);
  // Another version of Node may need more.
  process.on('uncaughtExceptionMonitor', (error) => {
    if (limit < Number.POSITIVE_INFINITY && /Cannot allocate Wasm memory/.test(error?.message))
      refuse(limit, isChecked);
  });
}

/** @returns {number} the limit in GB; infinite where there is none, or the system does not say */
function addressSpaceLimit() {
  try {
    const soft = /^Max address space\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined || soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft) / 1e9;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * @param {number} limit
 * @param {boolean} isChecked
 */
function refuse(limit, isChecked) {
  const canCheck = !isChecked && process.allowedNodeEnvironmentFlags.has(FLAG);
  const other = canCheck ? `, or set NODE_OPTIONS=${FLAG}, with which ${NEEDED.checked} GB are enough` : '';
  const needed = `Node needs some ${isChecked ? NEEDED.checked : NEEDED.guarded} GB here, of which it uses little`;
  const mend = `raise the limit (ulimit -v unlimited)${other}.`;
  writeSync(2, `hpo: The address space is limited to ${limit.toFixed(1)} GB (ulimit -v), and ${needed}; ${mend}\n`);
  process.exit(1);
}
