// What a person at the terminal sees while something is being prepared.
import fs from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { runProgram } from './run-program.mjs';

const beganAt = performance.now();

/** Prints a line with the seconds since the beginning. */
export function say(line) {
  console.log(`[${((performance.now() - beganAt) / 1000).toFixed(1).padStart(6)} s] ${line}`);
}

/**
 * Runs a program that must succeed. Its whole output goes to a file, which is named when it fails.
 * @param {string} what for example "installing the packages"
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ logFile: string, cwd?: string, env?: Record<string, string | undefined>, onLine?: (line: string) => void }} options
 * @returns {Promise<string>} its output
 */
export async function runStep(what, file, args, options) {
  fs.mkdirSync(path.dirname(options.logFile), { recursive: true });
  const { code, output } = await runProgram(file, args, options);
  if (code === 0) return output;
  const lastLines = output.trimEnd().split('\n').slice(-15).join('\n    ');
  throw new Failure(
    `Failed: ${what} (exit code ${code}). The last lines it wrote:\n    ${lastLines}`,
    `${adviceFor(output)} The whole output is in ${options.logFile}.`,
  );
}

const ADVICE = [
  [/ENOSPC|No space left on device/, 'The disk is full: free some space and start again.'],
  [
    /npm error[^]*(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network)/,
    'The npm registry cannot be reached: check the network, the proxy settings and `npm config get registry`.',
  ],
  [
    /EACCES|EPERM|permission denied/i,
    'A file belongs to another user: give the folder to yourself with chown.',
  ],
  [/heap out of memory|Killed|ENOMEM/, 'There is too little memory: close something, or add swap.'],
  [
    /EUSAGE|in sync|Missing: .* from lock file/,
    'package.json and package-lock.json disagree: restore both with git.',
  ],
];

function adviceFor(output) {
  return ADVICE.find(([pattern]) => pattern.test(output))?.[1] ?? 'Repair that and start again.';
}
