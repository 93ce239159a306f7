import { overrideChanges, type PolicyFields, type PolicyOverrides } from '@/domain/policy/policy-overrides';
import type { Instant } from '@/domain/time/instant';
import { Moment } from '../ui/moment';
import { ChangeList } from './change-list';

interface Version {
  policyVersionId: string;
  version: number;
  overrides: PolicyOverrides;
  note: string | null;
  publishedAt: Date;
  publishedBy: string | null;
}

interface Props {
  /** Newest first. */
  versions: readonly Version[];
  inherited: PolicyFields;
  timeZone: string;
  now: Instant;
}

/** What was published when, by whom and why, each with what it changed. */
export function VersionList({ versions, inherited, timeZone, now }: Props) {
  return (
    <ol className="flex flex-col gap-3">
      {versions.map((one, index) => (
        <li key={one.policyVersionId} className="border-line border-b pb-3">
          <p className="text-13">
            <b className="font-semibold">Version {one.version}</b>{' '}
            <span className="text-ink-3">
              <Moment at={one.publishedAt.getTime()} timeZone={timeZone} now={now} />
              {one.publishedBy && ` by ${one.publishedBy}`}
            </span>
          </p>
          {one.note && <p className="text-13 text-ink-2 max-w-[80ch]">{one.note}</p>}
          <div className="max-w-[560px]">
            <ChangeList
              changes={overrideChanges(versions[index + 1]?.overrides ?? {}, one.overrides)}
              inherited={inherited}
            />
          </div>
        </li>
      ))}
    </ol>
  );
}
