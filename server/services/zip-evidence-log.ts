import { createHash } from 'node:crypto';
import { Zip, ZipDeflate } from 'fflate';
import type { Database } from '../data/database';
import { readVerifiers } from '../evidence/verifiers';
import type { TenantScope } from '../tenancy/tenant-scope';
import { exportEvidenceLog, type LogPart, type LogPiece } from './export-evidence-log';

/**
 * The log of a period as one zip, made as it is read: the files of `exportEvidenceLog` under `log/`, and both verifiers.
 * @throws AppError `not-found` as there, at the first piece
 */
export async function* zipEvidenceLog(
  database: Database,
  scope: TenantScope,
  part: LogPart,
): AsyncGenerator<Uint8Array, void> {
  const made: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    made.push(bytes);
  });
  let path: string | null = null;
  let file: ZipDeflate | null = null;
  for await (const piece of piecesOf(database, scope, part)) {
    if (piece.path !== path) {
      file?.push(new Uint8Array(), true);
      file = new ZipDeflate(piece.path, { level: 6 });
      zip.add(file);
    }
    path = piece.path;
    file?.push(piece.bytes, false);
    yield* made.splice(0);
  }
  file?.push(new Uint8Array(), true);
  zip.end();
  yield* made.splice(0);
}

async function* piecesOf(database: Database, scope: TenantScope, part: LogPart): AsyncGenerator<LogPiece> {
  for await (const { path, bytes } of exportEvidenceLog(database, scope, part))
    yield { path: `log/${path}`, bytes };
  const verifiers = await readVerifiers();
  yield* verifiers;
  const sums = verifiers.map(
    ({ path, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`,
  );
  yield { path: 'SHA256SUMS', bytes: Buffer.from(sums.join('')) };
}
