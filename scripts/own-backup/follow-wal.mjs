// Between two backups the log is copied as it is written: what a backup can bring back reaches to a minute ago.
import fs from 'node:fs';
import path from 'node:path';
import { backupIds, openBackup, PARTIAL, PARTS, slotOf } from './backup-folder.mjs';
import { connectTo } from './cluster.mjs';
import { dropSlot } from './take-backup.mjs';
import { copyWal, parseLsn, readWalIndex } from './wal.mjs';

/**
 * Copies what the database has written since the last time behind its newest backup. The one before is followed until the newer one is
 * there, so there is no moment that none can bring back.
 * @param {{ ownerUrl: string, postgresDir: string, backupDir: string }} options
 * @returns {Promise<string | null>} until when all is kept (ISO 8601); null: there is no backup of this cluster that asks for it
 * @throws {import('../failure.mjs').Failure} when a part of the log is gone: then it needs a new backup
 */
export async function followWal({ ownerUrl, postgresDir, backupDir }) {
  const client = await connectTo(ownerUrl);
  try {
    // Before the position: what is committed by then has been flushed.
    const at = new Date().toISOString();
    const { rows } = await client.query(`SELECT pg_current_wal_flush_lsn() AS lsn,
      ARRAY(SELECT slot_name::text FROM pg_replication_slots WHERE starts_with(slot_name, 'holdfast_') AND NOT temporary) AS slots`);
    const [{ lsn, slots }] = rows;
    // In this order: whatever has a slot has its unfinished folder, or was renamed since and is seen by its final name.
    const underWay = unfinishedSlots(backupDir);
    const followed = backupIds(backupDir).filter((id) => slots.includes(slotOf(id)));
    for (const id of followed) {
      const { folder, manifest } = openBackup(path.join(backupDir, id));
      const wal = path.join(folder, PARTS.wal);
      const from = readWalIndex(wal).at(-1)?.to ?? BigInt(manifest.startLsn);
      await copyWal(postgresDir, wal, manifest, { from, to: parseLsn(lsn), at });
    }
    await releaseLog(client, slots, { kept: followed.at(-1), lsn, underWay });
    return followed.length > 0 ? at : null;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The slots of backups that are being taken. */
function unfinishedSlots(backupDir) {
  const names = fs.existsSync(backupDir) ? fs.readdirSync(backupDir) : [];
  return names.filter((name) => name.endsWith(PARTIAL)).map((name) => slotOf(name.slice(0, -PARTIAL.length)));
}

/** Lets the database throw away what is copied, and what is kept for backups that are past or were never finished. */
async function releaseLog(client, slots, { kept, lsn, underWay }) {
  for (const slot of slots) {
    if (kept && slot === slotOf(kept))
      await client.query('SELECT pg_replication_slot_advance($1, $2)', [slot, lsn]);
    else if (!underWay.includes(slot)) await dropSlot(client, slot);
  }
}
