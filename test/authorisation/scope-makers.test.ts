import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDERS = [
  'app',
  'components',
  'contract',
  'domain',
  'ingest',
  'scripts',
  'server',
  'workers',
  'agent',
];

/** Every source file of the product that is not a test, by path from the root. */
function sources(): string[] {
  return FOLDERS.filter((folder) => existsSync(path.join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        path.posix.join(folder, file),
      ),
    )
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file));
}

test('scopes are made by server/auth only', () => {
  const makers = sources().filter((file) =>
    readFileSync(path.join(ROOT, file), 'utf8').includes('makeTenantScope'),
  );
  expect(makers).toContain('server/auth/current-session.ts');
  expect(makers.filter((file) => !/^server\/(auth|tenancy)\//.test(file))).toEqual([]);
});

test('roles are compared in domain/access only', () => {
  const comparing = sources().filter((file) =>
    /[=!]==\s*'(owner|admin|technician|read-only)'/.test(readFileSync(path.join(ROOT, file), 'utf8')),
  );
  expect(comparing.filter((file) => !file.startsWith('domain/access/'))).toEqual([]);
});
