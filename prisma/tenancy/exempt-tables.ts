/** Tables without row security, by name, and why. Every other table outside {@link EXEMPT_SCHEMAS} is a tenant's. */
export const EXEMPT_TABLES: Readonly<Record<string, string>> = {
  'identity.person': 'a person belongs to no MSP, and is looked up by e-mail before one is known',
  'identity.membership': 'tells which MSP a person belongs to',
  'identity.user_session': 'looked up by its secret before the MSP is known',
  'identity.agent_key': 'looked up by the agent before the MSP is known',
  'identity.enrolment_token': 'looked up by its hash before the MSP is known',
  'identity.invitation': 'looked up by the hash of its link before the MSP is known',
  'identity.evidence_grant': 'looked up with a session before row security has anybody to ask for',
  'identity.ended_client':
    'asked for an agent or an address before the MSP is known; says only that a client has ended',
  'identity.inbound_address': 'looked up by the address of a message before the MSP is known',
  'identity.document_link': 'looked up by the hash of a link before the MSP is known',
  'identity.personal_key': 'looked up by its hash before the MSP is known',
  'identity.kept_answer': 'belongs to a personal key',
  'identity.management_key': 'looked up by its hash before the MSP is known',
  'identity.api_key': 'looked up by its hash before the MSP is known',
  'identity.recovery_code': 'belongs to a person, who belongs to no MSP',
  'identity.single_sign_on': 'looked up by the address of a sign-in, or a domain, before the MSP is known',
  'identity.sign_in_refusal': 'belongs to a person, who belongs to no MSP',
  'identity.sign_in_rule': 'asked for each session, before row security has anybody to ask for',
  'identity.sign_on_identity': 'belongs to a person, who belongs to no MSP',
  'identity.sign_on_attempt': 'looked up by what a browser brings back before anybody is known',
  'identity.passkey': 'belongs to a person, who belongs to no MSP',
  'identity.passkey_challenge': 'looked up by what an authenticator signed before anybody is known',
  'identity.setup_code': 'there is no MSP yet',
  'identity.sign_in_throttle': 'counts attempts of strangers',
  'app.work_due': 'read before the MSP is known; says only that an MSP has work of a kind',
  'app.ingest_beat': 'says when the ingestion process, which serves every MSP, was last alive',
  'app.own_health':
    'says how the installation, which serves every MSP, stands: instants, no count of what any MSP has',
  'app.own_outage': 'says when the ingestion process, which serves every MSP, could hear nobody',
  'audit.instance_event': 'the chain of events that belong to no MSP',
  'audit.head': 'read of all MSPs in one snapshot by a checkpoint; programs reach it through functions only',
  'audit.instance': 'the name of the installation, which no MSP has alone',
  'audit.evidence_key': 'the public keys that sign checkpoints of all MSPs together',
  'audit.checkpoint': 'one root over the heads of all MSPs, from which nothing of one can be told',
  'audit.checkpoint_leaf':
    'written of all MSPs at once; programs read it through functions that show the own MSP only',
  'app_sec.context_key': 'the keys of the seal itself',
  'public._prisma_migrations': 'the ledger of migrations',
};

/** Schemas that other programs keep for themselves, and why that is no hole. */
export const EXEMPT_SCHEMAS: Readonly<Record<string, string>> = {
  bullmq: 'the queue: its jobs carry ids and nudge; whoever takes one reads the rest in a scope',
};
