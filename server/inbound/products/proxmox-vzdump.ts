import type { InboundItem, InboundParser, ToldReport, InboundText } from '../inbound-report';
import { bytesOf, decided, secondsOf, statusIn, told, worstOf } from '../read-text';

/** Proxmox VE's vzdump: a table of guests, in a mail or in a webhook of its template. */
export const proxmoxVzdump: InboundParser = {
  product: 'proxmox_vzdump',
  confidence: 'from-templates',
  parse: (text) => {
    const report = vzdumpReport(text);
    return report && [report];
  },
};

/** Subject and body are the same wherever they come from. null: no report of vzdump. */
export function vzdumpReport({ subject, body }: InboundText): ToldReport | null {
  const [, server = '', said = ''] =
    /^vzdump backup status \(([^()\s]{1,200})\) ?: backup (successful|failed)/.exec(subject) ?? [];
  const items = guestsIn(body);
  if (server === '' && items === null) return null;
  const each = (items ?? []).map(({ status }) => status);
  const ok = each.filter((status) => status === 'success').length;
  // A table that was cut is not one of good guests alone.
  const isWhole = each.length > 0 && (said === 'successful' || /^Total running time: /m.test(body));
  return told({
    status: decided(
      isWhole && ok === each.length ? 'success' : null,
      statusIn(said, ENDS),
      worstOf(each),
      /^\d+: .{0,40}ERROR: /m.test(body) ? 'failed' : null,
    ),
    kind: 'job_result' as const,
    server: server === '' ? null : server,
    partial: ok > 0 && ok < each.length ? true : null,
    items,
    duration_seconds: secondsOf(/^Total running time: (.{1,40})$/m.exec(body)?.[1]),
    bytes_stored: bytesOf(/^Total size: (.{1,40})$/m.exec(body)?.[1]),
    storage: /\bvzdump .{0,400}?--storage (\S{1,100})/.exec(body)?.[1] ?? null,
  });
}

/** null: there is no such table. Columns are apart by tabs (HTML) or by two spaces and more. */
function guestsIn(body: string): InboundItem[] | null {
  const lines = body.split('\n');
  const head = lines.findIndex((line) =>
    /^VMID\s+Name\s+Status\s+Time\s+Size\s+Filename\s*$/.test(line.trim()),
  );
  if (head < 0) return null;
  const items: InboundItem[] = [];
  for (const line of lines.slice(head + 1)) {
    const [, id = '', rest = ''] = /^(\d{1,10})[ \t]+(.*)$/.exec(line.trim()) ?? [];
    if (id === '') break;
    const [name = '', status = '', time = '', size = '', file = ''] = rest
      .split(/\t+|\s{2,}/)
      .map((cell) => cell.trim());
    const [, takenAt] =
      /^(?:vm|ct)\/\d+\/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/.exec(file || (size.split(' ').at(-1) ?? '')) ?? [];
    items.push(
      told({
        id,
        name,
        status: status === 'ok' ? ('success' as const) : ('failed' as const),
        duration_seconds: secondsOf(time),
        bytes: bytesOf(size),
        recovery_point_at: takenAt ?? null,
      }),
    );
  }
  return items;
}

const ENDS = [
  [/^failed$/, 'failed'],
  [/^successful$/, 'success'],
] as const;
