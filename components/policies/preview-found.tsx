import type { ClientPreview, PolicyPreview } from '@/domain/policy/policy-preview';
import { STATUSES } from '@/domain/protection/verdict';
import { StatusMark, StatusShape } from '../backup/status-mark';
import { counted, countText } from '../format/amounts';
import { Link } from '../ui/link';

/** What was found by judging every system under a draft. */
export function PreviewFound({ preview, fleetCount }: { preview: PolicyPreview; fleetCount: number }) {
  return (
    <div className="text-13">
      <output className="text-ink-2 block">
        {summaryText(preview)}
        {preview.systemCount < fleetCount &&
          ` The other ${countText(fleetCount - preview.systemCount)} systems of the fleet are not under this policy.`}
      </output>
      <Counts preview={preview} />
      {preview.changed.map((client) => (
        <ChangedClient key={client.clientId} client={client} />
      ))}
      {preview.changedCount > preview.changed.length && (
        <p className="text-ink-3 border-line border-t py-2">
          And {counted(preview.changedCount - preview.changed.length, 'more client')}.
        </p>
      )}
      {preview.unchangedCount > 0 && <Unchanged preview={preview} />}
      <Rules title="Opens" counts={preview.opens} />
      <Rules title="Closes" counts={preview.closes} />
    </div>
  );
}

/** '6 systems get worse, at 2 clients. 64 keep their status.' */
function summaryText({ systemCount, before, after, changed }: PolicyPreview): string {
  if (systemCount === 0) return 'It holds for no system yet, so nothing changes.';
  const [red, green] = [after['non-compliant'] - before['non-compliant'], after.compliant - before.compliant];
  if (changed.length === 0)
    return `Nothing: all ${counted(systemCount, 'system')} under it keep their status.`;
  if (red > 0) return `${counted(red, 'more system')} would be non-compliant.`;
  if (green > 0) return `${counted(green, 'more system')} would be compliant.`;
  return 'Some systems would have another status.';
}

function Counts({ preview: { before, after } }: { preview: PolicyPreview }) {
  const rows = STATUSES.filter((status) => before[status] > 0 || after[status] > 0);
  return (
    <table className="mt-3 mb-1 w-full">
      <thead>
        <tr className="text-ink-3 text-xs">
          <th scope="col" className="border-line-2 h-7 border-b text-left font-medium">
            Systems under it
          </th>
          {['Now', 'After', 'Change'].map((name) => (
            <th key={name} scope="col" className="border-line-2 border-b text-right font-medium">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((status) => (
          <tr key={status} className="border-line border-b">
            <th scope="row" className="h-8 text-left font-normal">
              <StatusMark status={status} />
            </th>
            <td className="text-right">{countText(before[status])}</td>
            <td className="text-right font-semibold">{countText(after[status])}</td>
            <td className="text-right">{differenceText(after[status] - before[status])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function differenceText(difference: number): string {
  if (difference === 0) return '–';
  return difference > 0 ? `+${countText(difference)}` : `−${countText(-difference)}`;
}

function ChangedClient({ client }: { client: ClientPreview }) {
  return (
    <div className="border-line border-t py-3">
      <div className="flex justify-between gap-3">
        <b className="font-semibold">{client.name}</b>
        <span className="text-ink-3">
          {client.changeCount} of {client.systemCount}
        </span>
      </div>
      {client.cure && (
        <p>
          <b className="font-semibold">First:</b> {client.cure}.
        </p>
      )}
      {client.why && <p className="text-ink-2">Else {client.why}.</p>}
      <ul className="mt-1 grid grid-cols-[repeat(auto-fill,minmax(150px,1fr))] gap-x-4 gap-y-1">
        {client.changes.map((change) => (
          <li key={change.systemId} className="flex items-center justify-between gap-2">
            <Link href={`/systems/${change.systemId}`} className="text-accent truncate hover:underline">
              {change.name}
            </Link>
            <span className="inline-flex flex-none items-center gap-1">
              <StatusShape status={change.from} size={10} />
              <span aria-hidden="true">→</span>
              <StatusShape status={change.to} size={10} />
            </span>
          </li>
        ))}
      </ul>
      {client.changeCount > client.changes.length && (
        <p className="text-ink-3 mt-1">And {client.changeCount - client.changes.length} more.</p>
      )}
    </div>
  );
}

function Unchanged({ preview: { unchanged, unchangedCount } }: { preview: PolicyPreview }) {
  const names = unchanged.slice(0, 5).map(({ name, systemCount }) => `${name} (${systemCount})`);
  const others = unchangedCount - names.length;
  return (
    <div className="border-line border-t py-3">
      <div className="flex justify-between gap-3">
        <b className="font-semibold">No change</b>
        <span className="text-ink-3">{counted(unchangedCount, 'client')}</span>
      </div>
      <p className="text-ink-2">
        {names.join(', ')}
        {others > 0 && ` and ${countText(others)} more`}.
      </p>
    </div>
  );
}

function Rules({ title, counts }: { title: string; counts: PolicyPreview['opens'] }) {
  if (counts.length === 0) return null;
  const total = counts.reduce((sum, one) => sum + one.count, 0);
  return (
    <div className="border-line border-t py-3">
      <b className="font-semibold">
        {title} {counted(total, 'finding')}
      </b>
      <dl className="mt-1">
        {counts.map(({ rule, count }) => (
          <div key={rule} className="flex justify-between gap-3">
            <dt>
              <code>{rule}</code>
            </dt>
            <dd>{countText(count)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
