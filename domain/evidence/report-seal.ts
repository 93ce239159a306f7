import { fromHex, joined, toHex } from './hex';
import { merklePath, type MerkleTree, merkleTree, type Sha256 } from './merkle';

/** A raw report as a seal knows it. */
export interface SealedReport {
  readonly rawReportId: string;
  /** SHA-256 of its exact bytes, hexadecimal. */
  readonly sha256: string;
}

/** Where a report stands in the tree of its day; hashes in hexadecimal, lowest first. */
export interface SealProof {
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
  readonly root: string;
}

/** The leaf of a report: its id and the hash of its bytes, 16 + 32 bytes. */
function reportLeaf({ rawReportId, sha256 }: SealedReport): Uint8Array {
  return joined(fromHex(rawReportId.replaceAll('-', '')), fromHex(sha256));
}

/** The tree over a day's reports, in the order of their ids. */
function reportTree(sha256: Sha256, reports: readonly SealedReport[]): MerkleTree {
  return merkleTree(sha256, reports.map(reportLeaf));
}

/** The root that seals a day's reports, hexadecimal. `reports`: sorted by id. */
export function reportRoot(sha256: Sha256, reports: readonly SealedReport[]): string {
  return toHex(reportTree(sha256, reports).root);
}

/** How one report leads to the root of its day; null: it is not among them. */
export function proveReport(
  sha256: Sha256,
  reports: readonly SealedReport[],
  rawReportId: string,
): SealProof | null {
  const index = reports.findIndex((one) => one.rawReportId === rawReportId);
  if (index === -1) return null;
  const tree = reportTree(sha256, reports);
  return { index, size: tree.size, path: merklePath(tree, index).map(toHex), root: toHex(tree.root) };
}
