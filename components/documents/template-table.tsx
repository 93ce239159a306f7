import {
  leftOutSections,
  sectionName,
  STANDARD_CHOICES,
  type ReportChoices,
} from '@/domain/report/report-template';
import { STANDARD_TEMPLATE_NAME } from '@/domain/report/words';
import type { Instant } from '@/domain/time/instant';
import { counted } from '../format/amounts';
import { SendButton } from '../forms/send-button';
import { buttonClass } from '../ui/button';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';

interface TemplateRow {
  readonly templateId: string;
  readonly name: string;
  readonly version: number;
  readonly choices: ReportChoices;
  readonly recipients: readonly string[];
  readonly madeAt: Date;
  readonly madeByName: string;
  readonly archivedAt: Date | null;
  readonly scheduleCount: number;
}

interface Props {
  templates: readonly TemplateRow[];
  /** Leads them: it is always there, and nobody changes it. */
  withStandard: boolean;
  mayChange: boolean;
  timeZone: string;
  now: Instant;
}

/** Templates with what they choose, and what can be done about them. */
export function TemplateTable({ templates, withStandard, mayChange, timeZone, now }: Props) {
  return (
    <Table
      head={
        <>
          <Th>Template</Th>
          <Th>Schedules</Th>
          <Th>Version</Th>
          <Th className="relative">
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {withStandard && (
        <Tr>
          <Td at="first">
            <span className="font-medium">{STANDARD_TEMPLATE_NAME}</span>
            <Says choices={STANDARD_CHOICES} recipients={[]} />
          </Td>
          <Td at="second" className="text-ink-3">
            schedules without another one
          </Td>
          <Td at="first-right" className="text-ink-3">
            always there
          </Td>
          <Td at="third" className="text-right @max-2xl:text-left">
            {mayChange && <Copy name={STANDARD_TEMPLATE_NAME} href="/reports/templates/new" />}
          </Td>
        </Tr>
      )}
      {templates.map((one) => (
        <Tr key={one.templateId}>
          <Td at="first">
            <span className="[overflow-wrap:anywhere] whitespace-normal">
              {mayChange && one.archivedAt === null ? (
                <TextLink href={`/reports/templates/${one.templateId}`} className="font-medium">
                  {one.name}
                </TextLink>
              ) : (
                <span className="font-medium">{one.name}</span>
              )}
            </span>
            <Says {...one} />
          </Td>
          <Td at="second" className="tabular-nums">
            {one.scheduleCount === 0 ? (
              <span className="text-ink-3">no schedule</span>
            ) : (
              counted(one.scheduleCount, 'schedule')
            )}
          </Td>
          <Td at="first-right">
            <span className="tabular-nums">{one.version}</span>
            <span className="text-ink-3 block text-xs">
              {one.madeByName}, <Moment at={one.madeAt.getTime()} timeZone={timeZone} now={now} isShort />
            </span>
          </Td>
          <Td at="third" className="text-right @max-2xl:text-left">
            {mayChange && <Actions template={one} />}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function Says({ choices, recipients }: Pick<TemplateRow, 'choices' | 'recipients'>) {
  const out = leftOutSections(choices).map(sectionName);
  const parts = [
    out.length === 0 ? 'Every section' : `Without ${out.map((name) => `“${name}”`).join(' and ')}`,
    ...(choices.foreword === '' ? [] : ['with a foreword']),
    ...(recipients.length === 0 ? [] : [`${counted(recipients.length, 'recipient')} to begin with`]),
  ];
  return (
    <span className="text-ink-3 block text-xs [overflow-wrap:anywhere] whitespace-normal">
      {parts.join(' · ')}
    </span>
  );
}

function Actions({ template: { templateId, name, archivedAt, scheduleCount } }: { template: TemplateRow }) {
  const address = `/api/v1/report-templates/${templateId}/archiving`;
  if (archivedAt !== null)
    return (
      <SendButton
        method="DELETE"
        address={address}
        label={`Bring ${name} back`}
        done="It can be chosen again."
      >
        Bring back
      </SendButton>
    );
  const goesOn =
    scheduleCount === 0
      ? ''
      : ` ${counted(scheduleCount, 'schedule')} ${scheduleCount === 1 ? 'goes' : 'go'} on with it.`;
  return (
    <span className="inline-flex flex-wrap gap-1.5">
      <Link
        href={`/reports/templates/${templateId}`}
        aria-label={`Change ${name}`}
        className={buttonClass('quiet', 'h-7 px-2')}
      >
        Change
      </Link>
      <Copy name={name} href={`/reports/templates/new?copy=${templateId}`} />
      <SendButton
        method="PUT"
        address={address}
        label={`Archive ${name}`}
        done={`It cannot be chosen any more.${goesOn}`}
        undo="DELETE"
      >
        Archive
      </SendButton>
    </span>
  );
}

function Copy({ name, href }: { name: string; href: string }) {
  return (
    <Link href={href} aria-label={`Copy ${name}`} className={buttonClass('quiet', 'h-7 px-2')}>
      Copy
    </Link>
  );
}
