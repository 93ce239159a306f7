// What came of the newest drill, beside the backups: for the health report.
import fs from 'node:fs';
import path from 'node:path';

/**
 * @param {string} backupDir
 * @param {boolean} isGood
 */
export function keepDrill(backupDir, isGood) {
  const file = path.join(backupDir, 'last-drill.json');
  const text = `${JSON.stringify({ at: new Date().toISOString(), isGood })}\n`;
  fs.writeFileSync(`${file}.new`, text, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
