import { spawnSync } from 'node:child_process';

/**
 * True when a program that a test cannot do without is installed; use it with `describe.skipIf(!requireTool('restic'))`.
 * What is skipped is said loudly; with `HOLDFAST_REQUIRE_TOOLS=1` (as in `.ci/run`) it throws instead.
 */
export function requireTool(program: string, args: readonly string[] = ['version']): boolean {
  const { error } = spawnSync(program, args, { stdio: 'ignore', timeout: 20_000 });
  if (!error) return true;
  const complaint = `${program} is not installed`;
  if (process.env['HOLDFAST_REQUIRE_TOOLS'] === '1')
    throw new Error(`${complaint}, and HOLDFAST_REQUIRE_TOOLS=1`);
  process.stderr.write(`\nSKIPPED: ${complaint}; the tests that need it do not run.\n`);
  return false;
}
