// `node scripts/run-typescript.mjs FILE …`: runs one of the TypeScript files that are programs of their own (the lab of
// backups, the benchmarks, the published schema), on any Node that runs Holdfast.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { fileOptions } from './bundle.mjs';
import { explain, Failure } from './failure.mjs';
import { installPackages, requireNode } from './install.mjs';
import { BUILD_DIR } from './project.mjs';

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

async function run([file, ...args]) {
  if (!file) throw new Failure('Which file?', 'node scripts/run-typescript.mjs FILE [ARGUMENTS]');
  requireNode();
  await installPackages();
  const { build } = await import('esbuild');
  const program = path.join(BUILD_DIR, `${path.basename(file, '.ts')}-${process.pid}.mjs`);
  await build(fileOptions(path.resolve(file), program));
  process.on('exit', () => {
    for (const made of [program, `${program}.map`]) rmSync(made, { force: true });
  });
  process.argv = [process.execPath, program, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(program).href);
}
