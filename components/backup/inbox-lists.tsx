import type { Instant } from '@/domain/time/instant';
import { counted } from '../format/amounts';
import { MergeDialog } from '../forms/merge-dialog';
import { ReasonDialog } from '../forms/reason-dialog';
import { SendButton } from '../forms/send-button';
import { Rows } from '../ui/rows';
import { Moment } from '../ui/moment';
import { TextLink } from '../ui/text-link';
import { ReportLink } from './report-link';
import { Mark } from './status-mark';

interface Common {
  now: Instant;
  /** Whether whoever looks may decide. */
  maySort: boolean;
}

interface NamedRow {
  systemId: string;
  name: string;
  clientId: string;
  clientName: string;
  timeZone: string;
  firstNamedAt: Date;
  reportId: string;
  namedBy: string;
  pointCount: number;
}

/** In px, of two lines. */
const ROW_HEIGHT = 53;
const LIST = 'border-line-2 text-13 border-t';
const ROW = 'border-line flex flex-wrap items-center gap-x-3 gap-y-1 border-b py-2';
const TEXT = 'min-w-[240px] flex-1 [overflow-wrap:anywhere]';

/** Systems that reports named and nobody entered, each to be confirmed, merged or ignored. */
export function NamedSystemList({ systems, now, maySort }: Common & { systems: readonly NamedRow[] }) {
  return (
    <Rows as="ul" rowHeight={ROW_HEIGHT} className={LIST}>
      {systems.map((system) => (
        <li key={system.systemId} className={ROW} data-row="">
          <span className={TEXT}>
            <TextLink href={`/systems/${system.systemId}`} className="font-medium underline" data-row-link="">
              {system.name}
            </TextLink>{' '}
            of{' '}
            <TextLink href={`/clients/${system.clientId}`} className="underline">
              {system.clientName}
            </TextLink>
            <span className="text-ink-3 block text-xs">
              named by {system.namedBy},{' '}
              <Moment at={system.firstNamedAt.getTime()} timeZone={system.timeZone} now={now} />,{' '}
              {counted(system.pointCount, 'recovery point')} <ReportLink rawReportId={system.reportId} />
            </span>
          </span>
          {maySort && (
            <span className="flex gap-1">
              <ReasonDialog
                title={`Confirm ${system.name}`}
                description={`It is a system of ${system.clientName}, and stays in its lists and its status.`}
                label="Confirm"
                longLabel={`Confirm ${system.name}`}
                address={`/api/v1/systems/${system.systemId}/inbox-decision`}
                body={{ verb: 'confirmed' }}
                done={`${system.name} is confirmed.`}
              />
              <MergeDialog system={system} />
              <ReasonDialog
                title={`Ignore ${system.name}`}
                description={`It leaves every list, and the status of ${system.clientName}. Its reports are still kept, and this can be undone.`}
                label="Ignore"
                longLabel={`Ignore ${system.name}`}
                address={`/api/v1/systems/${system.systemId}/inbox-decision`}
                body={{ verb: 'ignored' }}
                done={`${system.name} is ignored.`}
              />
            </span>
          )}
        </li>
      ))}
    </Rows>
  );
}

interface AsideRow {
  agentId: string;
  hostname: string;
  isChannel: boolean;
  clientName: string | null;
  timeZone: string;
  cause: string;
  reportCount: number;
  firstReceivedAt: Date;
  lastReceivedAt: Date;
  newestReportId: string;
}

/** Reports that were kept whole but not read, by agent and cause. */
export function ReportsAsideList({ reports, now, maySort }: Common & { reports: readonly AsideRow[] }) {
  return (
    <Rows as="ul" rowHeight={ROW_HEIGHT} className={LIST}>
      {reports.map((aside) => {
        const of = `${counted(aside.reportCount, 'report')} of ${aside.hostname}`;
        const [cause, address] = [aside.cause, `/api/v1/agents/${aside.agentId}`];
        return (
          <li key={`${aside.agentId} ${cause}`} className={ROW} data-row="">
            <span className={TEXT}>
              <Mark tone="bad">{counted(aside.reportCount, 'report')}</Mark> of{' '}
              <TextLink
                href={`/agents/${aside.isChannel ? 'channels/' : ''}${aside.agentId}`}
                className="font-medium underline"
                data-row-link=""
              >
                {aside.hostname}
              </TextLink>
              {aside.clientName && `, ${aside.clientName}`}
              <span className="block">{cause}</span>
              <span className="text-ink-3 block text-xs">
                first <Moment at={aside.firstReceivedAt.getTime()} timeZone={aside.timeZone} now={now} />,
                last <Moment at={aside.lastReceivedAt.getTime()} timeZone={aside.timeZone} now={now} />{' '}
                <ReportLink rawReportId={aside.newestReportId} />
              </span>
            </span>
            {maySort && (
              <span className="flex gap-1">
                <SendButton
                  method="POST"
                  address={`${address}/retries`}
                  body={{ cause }}
                  label={`Process again: ${of}`}
                  done={`${of}: being processed again.`}
                >
                  Process again
                </SendButton>
                <ReasonDialog
                  title={`Ignore ${of}`}
                  description="They are still kept. A later report that is put aside for the same cause stands here again."
                  label="Ignore"
                  longLabel={`Ignore ${of}`}
                  address={`${address}/ignored-reports`}
                  body={{ cause }}
                  undoBody={{ cause }}
                  done={`${of} ignored.`}
                />
              </span>
            )}
          </li>
        );
      })}
    </Rows>
  );
}

interface DecisionRow {
  decisionId: string;
  systemId: string | null;
  agentId: string | null;
  name: string;
  clientName: string | null;
  cause: string | null;
  verb: 'confirmed' | 'ignored' | 'merged';
  intoName: string | null;
  reason: string;
  decidedByName: string;
  decidedAt: Date;
}

/** What was decided, by whom and why, each to be undone. */
export function DecisionList({
  decisions,
  timeZone,
  now,
  maySort,
}: Common & { decisions: readonly DecisionRow[]; timeZone: string }) {
  return (
    <Rows as="ul" rowHeight={ROW_HEIGHT} className={LIST}>
      {decisions.map((one) => (
        <li key={one.decisionId} className={ROW}>
          <span className={TEXT}>
            {VERB[one.verb]}: {one.cause === null ? '' : 'reports of '}
            <span className="font-medium">{one.name}</span>
            {one.intoName !== null && (
              <>
                {' '}
                into <span className="font-medium">{one.intoName}</span>
              </>
            )}
            {one.clientName && `, ${one.clientName}`}
            {one.cause !== null && <span className="block">{one.cause}</span>}
            <span className="text-ink-3 block text-xs">
              {one.decidedByName}, <Moment at={one.decidedAt.getTime()} timeZone={timeZone} now={now} />:{' '}
              {one.reason}
            </span>
          </span>
          {maySort && <UndoButton decision={one} />}
        </li>
      ))}
    </Rows>
  );
}

const VERB = { confirmed: 'Confirmed', ignored: 'Ignored', merged: 'Merged' };

function UndoButton({ decision: { systemId, agentId, name, cause, verb } }: { decision: DecisionRow }) {
  return (
    <SendButton
      method="DELETE"
      address={
        systemId === null
          ? `/api/v1/agents/${agentId}/ignored-reports`
          : `/api/v1/systems/${systemId}/inbox-decision`
      }
      {...(cause !== null && { body: { cause } })}
      label={verb === 'merged' ? `Split: ${name}` : `Undo: ${name}`}
      done={
        verb === 'merged' ? `${name} stands for itself again.` : `Undone: ${name} stands in the inbox again.`
      }
    >
      {verb === 'merged' ? 'Split' : 'Undo'}
    </SendButton>
  );
}
