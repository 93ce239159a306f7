import type { InboundItem, InboundParser } from '../inbound-report';
import { labelsOf, localTimeIn, statusIn, told, worstOf } from '../read-text';

/** N-able Cove Data Protection: the state of a device, a row for each data source. */
export const cove: InboundParser = {
  product: 'cove',
  confidence: 'unverified',
  parse: ({ subject, body }) => {
    const [, host = ''] = /^Backup status for device: (\S.{0,200})$/.exec(subject) ?? [];
    const rows = body.split('\n').map((line) => line.split('\t').map((cell) => cell.trim()));
    const head = rows.findIndex(([source, status]) => source === 'Data source' && status === 'Status');
    if (head < 0) return host === '' ? null : [told({ status: null, kind: 'digest' as const, host })];
    const below = rows.slice(head + 1);
    const end = below.findIndex(([first = '']) => /^(LocalSpeedVault|Remote server):/.test(first));
    const sources = below
      .slice(0, end < 0 ? below.length : end)
      .filter((cells) => cells.some((cell) => cell !== ''));
    const items = sources.map(([name = '', status = '', , last]): InboundItem => ({
      name,
      status: last === undefined ? null : statusIn(status, STATES),
    }));
    // what stands below the table shows that none of its rows was cut off
    const isWhole = end >= 0 && items.length > 0 && items.every(({ status }) => status !== null);
    const worst = worstOf(items.map(({ status }) => status));
    const vault = labelsOf(body)('LocalSpeedVault');
    return [
      told({
        status: worst === 'success' && !isWhole ? null : worst,
        kind: 'digest' as const,
        host: host === '' ? null : host,
        items,
        last_success_local: sources.map((cells) => localTimeIn(cells[3])).find((at) => at !== null) ?? null,
        local_speed_vault: vault?.toLowerCase() ?? null,
      }),
    ];
  },
};

const STATES = [
  [/^(failed|aborted|not started|no selection|interrupted)/i, 'failed'],
  [/^(completed with (errors|warnings)|in process with faults|over quota|restarted)/i, 'warning'],
  [/^completed$/i, 'success'],
] as const;
