import fs from 'node:fs';
import path from 'node:path';
import { makePrivateFolder, writeDurably } from '@/agent/state/durable-file';
import { isDiskTrouble } from '@/agent/state/state-file';
import { evidenceText, type RestoreEvidence } from '@/agent/restore-test/evidence';

const KEPT_MAX = 200;

/** Keeps the whole evidence of a test beside the state: the report holds its hash. The oldest go; on a full disk it is not kept. */
export function keepEvidence(stateDir: string, evidence: RestoreEvidence): void {
  const folder = path.join(stateDir, 'restore-tests');
  try {
    makePrivateFolder(folder);
    const time = evidence.started_at.replaceAll(/[:.]/g, '-');
    writeDurably(
      path.join(folder, `${time}-${evidence.test_key.slice(0, 64)}.json`),
      evidenceText(evidence).text,
    );
    const names = fs.readdirSync(folder).filter((name) => name.endsWith('.json'));
    for (const name of names.toSorted().slice(0, -KEPT_MAX))
      fs.rmSync(path.join(folder, name), { force: true });
  } catch (error) {
    if (!isDiskTrouble(error)) throw error;
  }
}
