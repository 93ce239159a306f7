/** What was done, where the name of the action does not say it in plain words. */
const WORDS: Readonly<Record<string, string>> = {
  'agent.enrolled': 'Machine connected',
  'agent.key-rotated': 'Key of a machine changed',
  'agent.key-rotation-asked': 'Change of a machine’s key asked for',
  'agent.revoked': 'Key of a machine revoked',
  'api-key.made': 'Key of the evidence API made',
  'api-key.revoked': 'Key of the evidence API revoked',
  'assignment-conflict.decided': 'Conflict of rules decided',
  'assignment-conflict.found': 'Rules contradict each other',
  'assignment-conflict.reopened': 'Decision about a conflict of rules undone',
  'assignment-rule.added': 'Rule for new systems added',
  'assignment-rule.applied': 'Rule asked of systems that are there',
  'assignment-rule.brought-back': 'Rule for new systems brought back',
  'assignment-rule.changed': 'Rule for new systems changed',
  'assignment-rule.disabled': 'Rule for new systems switched off',
  'assignment-rule.enabled': 'Rule for new systems switched on',
  'assignment-rule.removed': 'Rule for new systems removed',
  'pull-connector.changed': 'Pull connector changed',
  'pull-connector.hastened': 'Pull asked for at once',
  'pull-connector.paused': 'Pull connector paused',
  'pull-connector.resumed': 'Pull connector goes on',
  'channel.changed': 'Inbound channel changed',
  'channel.closed': 'Inbound channel closed',
  'channel.opened': 'Inbound channel opened',
  'channel.paused': 'Ping check paused',
  'channel.resumed': 'Ping check goes on',
  'client.created': 'Client added',
  'client.deleted': 'Data of a client deleted',
  'client.deletion-asked': 'Deletion of a client asked for',
  'client.deletion-called-off': 'Deletion of a client called off',
  'client.evidence-deleted': 'Evidence of a client deleted',
  'client.service-ended': 'Service for a client ended',
  'client.taken-back': 'Client taken back into service',
  'coverage.excluded': 'Machine excluded from coverage',
  'coverage.exclusion-withdrawn': 'Exclusion from coverage withdrawn',
  'declaration.made': 'Declared',
  'declaration.withdrawal-undone': 'Withdrawal of a declaration undone',
  'declaration.withdrawn': 'Declaration withdrawn',
  'enrolment-token.minted': 'Token made for a new machine',
  'evidence-note.subscribed': 'Day’s note of the log subscribed',
  'evidence-note.unsubscribed': 'Day’s note of the log ended',
  'evidence.answered': 'Auditor answered',
  'evidence.asked': 'Auditor asked',
  'evidence.downloaded': 'Evidence downloaded',
  'evidence.grant-extended': 'End of a grant moved',
  'evidence.grant-revoked': 'Grant revoked',
  'evidence.granted': 'Auditor let in',
  'evidence.sample-drawn': 'Sample drawn',
  'evidence.searched': 'Evidence searched',
  'evidence.seed-logged': 'Seed of a sample logged',
  'evidence.viewed': 'Evidence opened',
  'finding.change-undone': 'Change of findings undone',
  'finding.commented': 'Comment on findings',
  'finding.ticket-linked': 'Ticket of findings linked',
  'finding.ticket-retried': 'Ticket of findings tried again',
  'finding.ticket-wanted': 'Ticket of findings wanted',
  'finding.ticket-withdrawn': 'Ticket of findings taken back',
  'finding.waiver-withdrawn': 'Waiver of findings withdrawn',
  'first-step.left-out': 'First step left out',
  'first-step.taken-up': 'First step taken up again',
  'findings-view.kept': 'View kept',
  'findings-view.removed': 'View removed',
  'fleet-view.kept': 'View kept',
  'fleet-view.removed': 'View removed',
  'history-import.done': 'History imported',
  'history-import.restored': 'Imported history restored',
  'document.link-revoked': 'Link to a document taken back',
  'document.sent': 'Document sent',
  'document.taken-by-link': 'Document taken by its link',
  'history-import.started': 'Import of history started',
  'history-import.thrown-away': 'File with history thrown away',
  'history-import.uploaded': 'File with history uploaded',
  'history-import.withdrawn': 'Imported history taken back',
  'keep-term.applied': 'What is kept no longer removed',
  'keep-term.changed': 'Term of keeping changed',
  'frameworks.chosen': 'Frameworks of the MSP chosen',
  'inventory.import-undone': 'Import of an inventory undone',
  'inventory.imported': 'Inventory imported',
  'legal-hold.placed': 'Legal hold placed',
  'legal-hold.withdrawn': 'Legal hold withdrawn',
  'management-key.made': 'Key of the management API made',
  'management-key.revoked': 'Key of the management API revoked',
  'message-rule.changed': 'Rule for messages changed',
  'message-rule.disabled': 'Rule for messages switched off',
  'message-rule.enabled': 'Rule for messages switched on',
  'message-rule.made': 'Rule for messages made',
  'message-rule.messages-retried': 'Messages that were put aside are read again',
  'monthly-report.put': 'Monthly report sent',
  'monthly-report.unwanted': 'Monthly report stopped',
  'monthly-report.wanted': 'Monthly report asked for',
  'mail.tested': 'Test of the mail sent',
  'msp.added': 'MSP added',
  'msp.exported': 'Everything of the MSP exported',
  'msp.changed': 'Name or time zone of the MSP changed',
  'msp.set-up': 'MSP set up',
  'notification-channel.tested': 'Test sent to a notification channel',
  'notification.decided': 'Notifications decided',
  'person.access-changed': 'Access of a person changed',
  'person.passkey-added': 'Passkey added',
  'person.passkey-removed': 'Passkey removed',
  'person.passkey-renamed': 'Passkey renamed',
  'person.passkey-restored': 'Passkey brought back after its removal',
  'person.passkey-stopped': 'Passkey stopped, because there may be a copy of it',
  'person.sign-on-linked': 'Account linked with single sign-on',
  'person.sign-on-unlinked': 'Account unlinked from single sign-on',
  'sign-in.break-glass-used': 'Emergency account used to sign in',
  'sign-in.code-roles-changed': 'Roles that must have an authenticator changed',
  'single-sign-on.enforced': 'Single sign-on enforced',
  'single-sign-on.enforcement-ended': 'Single sign-on no longer enforced',
  'single-sign-on.changed': 'Settings of single sign-on changed',
  'single-sign-on.switched-off': 'Single sign-on switched off',
  'single-sign-on.switched-on': 'Single sign-on switched on',
  'single-sign-on.tested': 'Connection of single sign-on tested',
  'personal-key.made': 'API key made',
  'personal-key.revoked': 'API key revoked',
  'personal-values.erased': 'Personal values erased',
  'report-schedule.ended': 'Schedule of reports ended',
  'report-schedule.made': 'Schedule of reports made',
  'report-schedule.resumed': 'Schedule of reports resumed',
  'report-template.archived': 'Template of reports archived',
  'report-template.brought-back': 'Template of reports brought back',
  'report-template.changed': 'Template of reports changed',
  'report-template.made': 'Template of reports made',
  'report.sequence-conflict': 'Report with a number that is taken refused',
  'reports.decision-undone': 'Reports no longer ignored',
  'restore-drill.alarm-closed': 'Alarm of a drill closed',
  'restore-drill.alarm-raised': 'Alarm of a drill raised',
  'restore-drill.confirmed': 'Arrival of a drill’s alarm confirmed',
  'restore-drill.requested': 'Drill asked for',
  'restore-test.requested': 'Restore test asked for',
  'restore-test.assigned': 'Next restore test given to somebody',
  'restore-test.attached': 'File attached to the record of a restore test',
  'restore-test.corrected': 'Record of a restore test corrected',
  'restore-test.recorded': 'Restore test recorded',
  'restore-test.reviewed': 'Record of a restore test reviewed',
  'sample-data.removed': 'Sample data removed',
  'tour.finished': 'Tour finished',
  'tour.skipped': 'Tour skipped',
  'reports.sealed': 'Reports of a day sealed',
  'sign-in.accepted': 'Signed in',
  'system.decision-undone': 'Decision about a system undone',
  'ticket-company.mapped': 'Company of a client entered for its tickets',
  'ticket.blocked': 'Ticket held up for want of a company',
  'ticket.refused': 'Ticket held up',
  'ticket.reopened': 'Ticket opened again',
  'ticket.updated': 'Note added to a ticket',
  'verdict.changed': 'Status changed',
};

/** What an action of the log is called. */
export function actionText(action: string): string {
  const text = action.replaceAll(/[.-]/g, ' ');
  return WORDS[action] ?? text.charAt(0).toUpperCase() + text.slice(1);
}

const PROGRAMS: Readonly<Record<string, string>> = {
  worker: 'Holdfast',
  agent: 'Holdfast, taking reports',
  'set-up': 'Set-up',
  'api-key': 'Whoever has the link',
};

/** Who did what no person did: a program of ours, or the rule that it went by. */
export function programText({
  actor: { role },
  details,
}: {
  readonly actor: { readonly role: string | null };
  readonly details: Readonly<Record<string, unknown>>;
}): string | null {
  const { rule } = details;
  return typeof rule === 'string' ? `rule ‘${rule}’` : (PROGRAMS[role ?? ''] ?? role);
}

/** Ids are named or left to the whole text of the event. */
const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const LENGTH_MAX = 160;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * The details of an event in one line: `name: value`, lists counted from four on.
 * @param tellInstant how an instant (ms) is told
 */
export function detailText(
  details: Readonly<Record<string, unknown>>,
  tellInstant: (at: number) => string,
): string {
  const valueText = (value: unknown): string | null => tell(value, tellInstant);
  const parts = Object.entries(details).flatMap(([name, value]) => {
    const text = valueText(value);
    return text === null ? [] : [`${wordsOf(name)}: ${text}`];
  });
  const text = parts.join(' · ');
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX).trimEnd()} …` : text;
}

function tell(value: unknown, tellInstant: (at: number) => string): string | null {
  const valueText = (one: unknown): string | null => tell(one, tellInstant);
  if (value === null || value === '') return null;
  if (Array.isArray(value)) {
    const texts = value.map(valueText).filter((text) => text !== null);
    return texts.length > 3
      ? `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more`
      : texts.join(', ');
  }
  if (typeof value === 'object') return membersText(value, valueText);
  const text = JSON.stringify(value).replaceAll(/^"|"$/g, '');
  if (INSTANT.test(text)) return tellInstant(Date.parse(text));
  return ID.test(text) ? null : text;
}

function membersText(value: object, valueText: (one: unknown) => string | null): string | null {
  const texts = Object.entries(value).flatMap(([name, one]) => {
    const text = valueText(one);
    return text === null ? [] : [`${wordsOf(name)} ${text}`];
  });
  return texts.length === 0 ? null : texts.join(', ');
}

function wordsOf(name: string): string {
  return name
    .replaceAll(/([A-Z])/g, ' $1')
    .replaceAll('-', ' ')
    .toLowerCase();
}
