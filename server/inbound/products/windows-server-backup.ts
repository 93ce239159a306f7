import type { InboundParser } from '../inbound-report';
import { countOf, decided, labelsOf, lineOf, localTimeIn, told } from '../read-text';

/**
 * `Get-WBSummary` in a mail of somebody's own script: its subject is free, so the fields decide. `LastBackupResultHR` 0 says that the
 * last run ended well only where the last good one is the last one.
 */
export const windowsServerBackup: InboundParser = {
  product: 'windows_server_backup',
  confidence: 'real-output',
  parse: ({ subject, body }) => {
    const label = labelsOf(body);
    const [result, last, good] = [
      label('LastBackupResultHR'),
      label('LastBackupTime'),
      label('LastSuccessfulBackupTime'),
    ];
    if (result === null || last === null) return null;
    const detail = label('LastBackupResultDetailedHR');
    const isGood = result === '0' && detail === '0' && last !== '' && last === good;
    const isBad =
      [result, detail].some((code) => code !== null && !/^0?$/.test(code)) ||
      (good !== null && good !== last);
    return [
      told({
        status: decided(
          isGood ? 'success' : null,
          isBad ? 'failed' : null,
          /\b(fail|error)/i.test(subject) ? 'failed' : null,
        ),
        kind: 'job_result' as const,
        host: /^Windows Server Backup report - (\S+)/.exec(subject)?.[1] ?? null,
        ended_local: localTimeIn(last),
        last_success_local: localTimeIn(good),
        next_run_local: localTimeIn(label('NextBackupTime')),
        versions: countOf(label('NumberOfVersions')),
        message: lineOf(label('DetailedMessage')),
      }),
    ];
  },
};
