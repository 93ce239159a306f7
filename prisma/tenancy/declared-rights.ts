/** The programs that reach the database, each with a role of its own that owns nothing. */
export const PROGRAMS = ['web', 'worker', 'ingest'] as const;
export type Program = (typeof PROGRAMS)[number];

/** A right as GRANT says it; an update of single columns names each. */
export type Right = 'select' | 'insert' | 'update' | 'delete' | `update(${string})`;
export type Rights = Readonly<Partial<Record<Program, readonly Right[]>>>;

export function roleOf(program: Program): string {
  return `holdfast_${program}`;
}

const SELECT = ['select'] as const;
const APPEND = ['select', 'insert'] as const;
const WRITE = ['select', 'insert', 'update'] as const;

/**
 * What each program may do with each table. Whatever is not said here is refused: the lint compares this with the
 * catalogue, and the row test asks for everything, said here or not. Nobody deletes tenant rows; nobody changes what was
 * received or said.
 */
export const TABLE_RIGHTS: Readonly<Record<string, Rights>> = {
  'app.msp': { web: SELECT, worker: APPEND, ingest: SELECT },
  'app.client': { web: WRITE, worker: ['select', 'insert', 'update(coverage_due_at)'], ingest: SELECT },
  'app.site': { web: WRITE, worker: APPEND },
  'app.system': { web: WRITE, worker: WRITE },
  'app.data_set': { web: ['select', 'update'], worker: WRITE },
  'app.agent': {
    web: ['select', 'update(name)', 'update(revoked_at)'],
    worker: [
      'select',
      'update(hostname)',
      'update(os)',
      'update(version)',
      'update(last_seen_at)',
      'update(clock_skew_ms)',
    ],
    ingest: ['select', 'insert', 'update(version)', 'update(last_seen_at)', 'update(clock_skew_ms)'],
  },
  'app.agent_public_key': { web: SELECT, ingest: ['insert'] },
  'app.agent_told': { web: SELECT, worker: WRITE },
  'app.agent_stream': { web: SELECT, worker: SELECT, ingest: WRITE },
  'app.raw_report': { web: SELECT, worker: SELECT, ingest: APPEND },
  'app.inbox_decision': {
    web: ['select', 'insert', 'update(undone_at)', 'update(undone_by)'],
    worker: SELECT,
  },
  'app.data_set_merge': {
    web: ['select', 'insert', 'update(undone_at)', 'update(undone_by)'],
    worker: SELECT,
  },
  'app.inbox': {
    web: ['select', 'update(state)', 'update(attempts)', 'update(finished_at)', 'update(reason)'],
    worker: [
      'select',
      'update(state)',
      'update(attempts)',
      'update(next_try_at)',
      'update(finished_at)',
      'update(reason)',
      'update(told_to)',
    ],
    ingest: APPEND,
  },
  'app.repository': { web: ['select', 'update(name)'], worker: WRITE },
  'app.repository_capacity': { web: SELECT, worker: WRITE },
  'app.declaration': {
    web: ['select', 'insert', 'update(withdrawn_at)', 'update(withdrawn_by)'],
    worker: APPEND,
  },
  'app.job': { web: SELECT, worker: WRITE },
  'app.reported_problem': { web: SELECT, worker: WRITE },
  'app.retention_rule': { web: SELECT, worker: WRITE },
  'app.run': { web: SELECT, worker: WRITE },
  'app.run_identity': { web: SELECT, worker: WRITE },
  'app.recovery_point': { web: SELECT, worker: WRITE },
  'app.verification': { web: SELECT, worker: WRITE },
  'app.restore_test': { web: SELECT, worker: WRITE },
  'app.policy': {
    web: ['select', 'insert', 'update(name)', 'update(retired_at)', 'update(retired_by)'],
    worker: APPEND,
  },
  'app.policy_assignment': {
    web: ['select', 'insert', 'update(ended_at)', 'update(ended_by)'],
    worker: ['select', 'insert', 'update(ended_at)', 'update(ended_by)'],
  },
  'app.policy_version': { web: APPEND, worker: APPEND },
  'app.system_tag': {
    web: ['select', 'insert', 'update(removed_at)', 'update(removed_by)'],
    worker: APPEND,
  },
  'app.assignment_rule': {
    web: [
      'select',
      'insert',
      'update(name)',
      'update(conditions)',
      'update(tags)',
      'update(policy_id)',
      'update(version)',
      'update(disabled_at)',
      'update(disabled_by)',
      'update(removed_at)',
      'update(removed_by)',
    ],
    worker: SELECT,
  },
  'app.assignment_rule_change': { web: APPEND },
  'app.assignment_rule_match': {
    web: ['select', 'insert', 'update(reasons)', 'update(matched_at)', 'update(matched_by)'],
    worker: ['select', 'insert', 'update(reasons)', 'update(matched_at)', 'update(matched_by)'],
  },
  'app.assignment_conflict': {
    web: [
      'select',
      'insert',
      'update(claims)',
      'update(found_at)',
      'update(decided_at)',
      'update(decided_by)',
      'update(decided_by_name)',
      'update(chosen_policy_id)',
      'update(assignment_id)',
    ],
    worker: ['select', 'insert', 'update(claims)', 'update(found_at)'],
  },
  'app.expectation': { web: SELECT, worker: WRITE },
  'app.ingest_beat': { web: SELECT, worker: SELECT, ingest: WRITE },
  'app.own_outage': { web: SELECT, worker: SELECT, ingest: APPEND },
  'app.verdict': { web: SELECT, worker: WRITE },
  'app.system_status': { web: ['select', 'update(dirty_at)'], worker: WRITE },
  'app.status_change': { web: SELECT, worker: APPEND },
  'app.past_fact': { web: SELECT, worker: APPEND },
  'app.finding': { web: SELECT, worker: WRITE },
  'app.finding_cause': {
    web: [
      'select',
      'update(version)',
      'update(waived_count)',
      'update(acknowledged_at)',
      'update(acknowledged_by)',
      'update(acknowledged_by_name)',
      'update(assigned_to)',
      'update(assigned_to_name)',
      'update(snoozed_until)',
      'update(ticket_reference)',
      'update(ticket_url)',
    ],
    worker: WRITE,
  },
  'app.finding_event': {
    web: ['select', 'insert', 'update(undone_at)', 'update(undone_by)', 'update(undone_by_name)'],
    worker: APPEND,
  },
  'app.waiver': {
    web: ['select', 'insert', 'update(withdrawn_at)', 'update(withdrawn_by)'],
    worker: SELECT,
  },
  'app.inventory_import': {
    web: ['select', 'insert', 'update(undone_at)', 'update(undone_by)'],
    worker: ['select', 'insert', 'update(undone_at)', 'update(undone_by)'],
  },
  'app.inventory_item': {
    web: ['select', 'insert', 'update(ended_at)', 'update(ended_by_import_id)'],
    worker: ['select', 'insert', 'update(ended_at)', 'update(ended_by_import_id)'],
  },
  'app.coverage_exclusion': {
    web: ['select', 'insert', 'update(withdrawn_at)', 'update(withdrawn_by)'],
    worker: ['select', 'insert', 'update(withdrawn_at)', 'update(withdrawn_by)'],
  },
  'app.kept_view': { web: WRITE },
  'app.mail_outbox': {
    web: ['select', 'insert', 'update(state)', 'update(sealed)', 'update(finished_at)'],
    worker: [
      'select',
      'insert',
      'update(state)',
      'update(sealed)',
      'update(attempts)',
      'update(next_try_at)',
      'update(finished_at)',
      'update(sent_via)',
      'update(problem)',
      'update(server_answer)',
    ],
  },
  'app.notification_channel': {
    web: [
      'select',
      'insert',
      'update(name)',
      'update(shown_address)',
      'update(sealed)',
      'update(needs_company)',
      'update(removed_at)',
      'update(removed_by)',
    ],
    worker: SELECT,
  },
  'app.ticket_company': {
    web: ['select', 'insert', 'update(company_id)', 'update(changed_at)', 'update(changed_by)'],
    worker: SELECT,
  },
  'app.ticket': {
    web: [
      'select',
      'insert',
      'update(channel_id)',
      'update(is_wanted)',
      'update(wanted_at)',
      'update(rule_id)',
      'update(stands)',
      'update(ticket_id)',
      'update(ticket_url)',
      'update(open_tried_at)',
      'update(state)',
      'update(tries)',
      'update(next_try_at)',
      'update(give_up_at)',
    ],
    worker: WRITE,
  },
  'app.notification_rule': {
    web: [
      'select',
      'insert',
      'update(name)',
      'update(channel_id)',
      'update(escalation_channel_id)',
      'update(terms)',
      'update(removed_at)',
      'update(removed_by)',
    ],
    worker: SELECT,
  },
  'app.notification': {
    web: APPEND,
    worker: [
      'select',
      'insert',
      'update(state)',
      'update(attempts)',
      'update(next_try_at)',
      'update(finished_at)',
      'update(problem)',
      'update(http_status)',
      'update(server_answer)',
      'update(took_ms)',
    ],
  },
  'app.notification_told': { web: SELECT, worker: APPEND },
  'app.work_due': { web: WRITE, worker: ['select', 'insert', 'update', 'delete'], ingest: WRITE },
  'audit.event': { web: SELECT, worker: SELECT },
  'audit.event_private': { web: SELECT, worker: SELECT },
};

/** Which functions each program may call. A function not named here is for other functions, or for the migrator. */
export const FUNCTION_RIGHTS: Readonly<Record<string, readonly Program[]>> = {
  'app.context_part': ['web', 'worker', 'ingest'],
  'app.msp_id': ['web', 'worker', 'ingest'],
  'app.client_ok': ['web', 'worker', 'ingest'],
  'app.client_is_sealed': ['web', 'worker', 'ingest'],
  'app.ensure_run_partitions': ['worker'],
  'app.store_reports': ['ingest'],
  'audit.append': ['web', 'worker', 'ingest'],
  'identity.accept_invitation': ['web'],
  'identity.begin_sign_in': ['web'],
  'identity.change_member': ['web', 'worker'],
  'identity.change_password': ['web'],
  'identity.change_totp': ['web'],
  'identity.complete_set_up': ['web'],
  'identity.count_recovery_codes': ['web'],
  'identity.create_person': ['worker'],
  'identity.deactivate_member': ['web'],
  'identity.give_back_attempt': ['web'],
  'identity.invite': ['web', 'worker'],
  'identity.is_set_up': ['web', 'worker'],
  'identity.list_colleagues': ['web'],
  'identity.list_enrolments': ['web'],
  'identity.list_invitations': ['web'],
  'identity.list_members': ['web', 'worker'],
  'identity.list_sessions': ['web'],
  'identity.msp_ids': ['worker'],
  'identity.msp_of_person': ['web'],
  'identity.msps_with_refusals': ['worker'],
  'identity.open_session': ['web'],
  'identity.open_session_by_recovery_code': ['web'],
  'identity.peek_enrolment_token': ['ingest'],
  'identity.reactivate_member': ['web'],
  'identity.peek_invitation': ['web'],
  'identity.record_refusal': ['web'],
  'identity.refused_agents': ['ingest'],
  'identity.renew_invitation': ['web'],
  'identity.resolve_agent': ['ingest'],
  'identity.resolve_session': ['web'],
  'identity.revoke_agent': ['web'],
  'identity.revoke_all_sessions': ['web'],
  'identity.revoke_invitation': ['web'],
  'identity.revoke_other_sessions': ['web'],
  'identity.revoke_own_session': ['web'],
  'identity.revoke_session': ['web'],
  'identity.spend_enrolment_token': ['ingest'],
  'identity.store_enrolment_token': ['web', 'worker'],
  'identity.store_recovery_codes': ['web'],
  'identity.take_refusals': ['worker'],
};

/** In which schemas programs may look names up. */
export const SCHEMA_RIGHTS: Readonly<Record<string, readonly Program[]>> = {
  app: ['web', 'worker', 'ingest'],
  identity: ['web', 'worker', 'ingest'],
  audit: ['web', 'worker', 'ingest'],
};
