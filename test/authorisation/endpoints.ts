import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Pages that Next adds by itself. */
const NEXTS_OWN = ['/_not-found', '/_global-error'];

/** `GET page /sign-in`, `POST route /api/v1/sign-out`, as found in `app/`. Sorted. */
export function endpointsInSource(): string[] {
  const files = readdirSync(path.join(ROOT, 'app'), { recursive: true, encoding: 'utf8' });
  return files
    .flatMap((file) => {
      const address = toAddress(path.posix.dirname(`/${file}`));
      if (/(^|\/)page\.(tsx|ts|jsx|js)$/.test(file)) return [`GET page ${address}`];
      if (!/(^|\/)route\.(tsx|ts)$/.test(file)) return [];
      const methods = exportedMethods(readFileSync(path.join(ROOT, 'app', file), 'utf8'));
      return methods.map((method) => `${method} route ${address}`);
    })
    .toSorted();
}

/** Kinds and paths without methods (`route /api/health`) in Next's build manifest; null: there is no build. Sorted. */
export function addressesInBuild(): string[] | null {
  const manifest = path.join(ROOT, '.next/server/app-paths-manifest.json');
  if (!existsSync(manifest)) return null;
  return Object.keys(JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, string>)
    .map((entry) => `${path.posix.basename(entry)} ${toAddress(path.posix.dirname(entry))}`)
    .filter((entry) => !NEXTS_OWN.some((own) => entry.endsWith(` ${own}`)))
    .toSorted();
}

/** Ids of the server actions of the build; null: there is no build. */
export function serverActionsInBuild(): string[] | null {
  const manifest = path.join(ROOT, '.next/server/server-reference-manifest.json');
  if (!existsSync(manifest)) return null;
  const { node, edge } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<'node' | 'edge', object>;
  return [...Object.keys(node), ...Object.keys(edge)];
}

/** Files that declare a server action. */
export function serverActionsInSource(): string[] {
  return ['app', 'components', 'server']
    .filter((folder) => existsSync(path.join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        path.posix.join(folder, file),
      ),
    )
    .filter((file) => /\.(tsx?|mts|jsx?)$/.test(file))
    .filter((file) => /^\s*['"]use server['"]/m.test(readFileSync(path.join(ROOT, file), 'utf8')));
}

function toAddress(folder: string): string {
  const segments = folder.split('/').filter((segment) => !/^(\(.*\)|@.*|\.|)$/.test(segment));
  return `/${segments.join('/')}`;
}

/** The methods a route file exports, in every form the language has for it; anything unclear counts as all of them. */
function exportedMethods(source: string): string[] {
  if (/^export \*/m.test(source)) return METHODS;
  return METHODS.filter((method) =>
    new RegExp(
      `^export (?:(?:async )?function|const|let|var) (?:\\{[^}]*)?\\b${method}\\b|^export \\{[^}]*\\b${method}\\b[^}]*\\}`,
      'm',
    ).test(source),
  );
}
