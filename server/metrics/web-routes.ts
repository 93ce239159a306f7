import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const route = z.object({ page: z.string(), regex: z.string() });
const manifest = z.object({ staticRoutes: z.array(route), dynamicRoutes: z.array(route) });

const OTHER = 'other';

/**
 * Tells the pattern of a path of the web process, from what Next wrote when it was built; paths that fit none are 'other'.
 * @param folder where `.next` lies
 */
export function webRoutes(folder: string): (path: string) => string {
  const { fixed, patterns } = readRoutes(path.join(folder, '.next/routes-manifest.json'));
  return (asked) => {
    if (asked.startsWith('/_next/')) return '/_next';
    if (fixed.has(asked)) return asked;
    return patterns.find(({ pattern }) => pattern.test(asked))?.page ?? OTHER;
  };
}

function readRoutes(file: string): {
  fixed: ReadonlySet<string>;
  patterns: readonly { readonly page: string; readonly pattern: RegExp }[];
} {
  const parsed = manifest.safeParse(jsonOf(file));
  if (!parsed.success) return { fixed: new Set(), patterns: [] };
  const { staticRoutes, dynamicRoutes } = parsed.data;
  return {
    fixed: new Set(staticRoutes.map(({ page }) => page)),
    patterns: dynamicRoutes.map(({ page, regex }) => ({ page, pattern: new RegExp(regex) })),
  };
}

/** null: it was not built, as in development. */
function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
