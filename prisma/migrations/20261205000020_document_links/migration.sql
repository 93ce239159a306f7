-- Documents that were sent to somebody: a link for each recipient, which ends by itself, is kept as a hash, and is looked up before the MSP is
-- known.
set role holdfast_owner;

create table identity.document_link (
  link_id uuid primary key,
  msp_id uuid not null,
  client_id uuid not null,
  document_id uuid not null,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  recipient text not null check (length(recipient) between 3 and 320),
  mail_id uuid not null,
  sent_by uuid,                                          -- null: Holdfast did, by a schedule
  sent_by_name text not null,
  sent_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  opened_count int not null default 0,
  last_opened_at timestamptz,
  check (expires_at > sent_at)
);
create index document_link_by_msp on identity.document_link (msp_id, sent_at);

/* Whether the context may send documents of a client, and see what was sent. */
create function identity.may_send_documents(p_client uuid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select app.msp_id() is not null and app.client_ok(p_client)
    and coalesce(app.context_part(4) in ('owner', 'admin', 'technician', 'worker'), false)
$$;

/* Keeps a new link to a document of the context's MSP; false: it is not there. */
create function identity.make_document_link(p_link uuid, p_client uuid, p_document uuid, p_token_hash bytea, p_recipient text, p_mail uuid,
  p_by_name text, p_expires timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not identity.may_send_documents(p_client) then raise exception 'this context may not send documents' using errcode = '42501'; end if;
  if not exists (select from app.document d where d.msp_id = app.msp_id() and d.client_id = p_client and d.document_id = p_document
    and d.state = 'ready') then return false; end if;
  insert into identity.document_link (link_id, msp_id, client_id, document_id, token_hash, recipient, mail_id, sent_by, sent_by_name, expires_at)
    values (p_link, app.msp_id(), p_client, p_document, p_token_hash, p_recipient, p_mail, nullif(app.context_part(3), '')::uuid, p_by_name,
      p_expires);
  return true;
end $$;

/* What the context's MSP sent, newest first, at most 500; of one document where it is named. */
create function identity.list_document_links(p_document uuid)
returns table (link_id uuid, client_id uuid, document_id uuid, recipient text, mail_id uuid, sent_by_name text, sent_at timestamptz,
  expires_at timestamptz, revoked_at timestamptz, opened_count int, last_opened_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.link_id, l.client_id, l.document_id, l.recipient, l.mail_id, l.sent_by_name, l.sent_at, l.expires_at, l.revoked_at, l.opened_count,
    l.last_opened_at
  from identity.document_link l
  where l.msp_id = app.msp_id() and (p_document is null or l.document_id = p_document) and identity.may_send_documents(l.client_id)
  order by l.sent_at desc, l.link_id desc limit 500
$$;

/* Ends a link at once; the client that it was for, or null: there is none, or it was revoked. */
create function identity.revoke_document_link(p_link uuid) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_client uuid;
begin
  update identity.document_link l set revoked_at = clock_timestamp()
    where l.link_id = p_link and l.msp_id = app.msp_id() and l.revoked_at is null and identity.may_send_documents(l.client_id)
    returning l.client_id into v_client;
  return v_client;
end $$;

/* What a link opens; no row: it is nobody's, revoked or has ended. p_is_used: a file is taken, which is counted. */
create function identity.open_document_link(p_token_hash bytea, p_is_used boolean)
returns table (link_id uuid, msp_id uuid, client_id uuid, document_id uuid, expires_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query select l.link_id, l.msp_id, l.client_id, l.document_id, l.expires_at from identity.document_link l
    where l.token_hash = p_token_hash and l.revoked_at is null and l.expires_at > clock_timestamp();
  if p_is_used then
    update identity.document_link l set opened_count = l.opened_count + 1, last_opened_at = clock_timestamp()
      where l.token_hash = p_token_hash and l.revoked_at is null and l.expires_at > clock_timestamp();
  end if;
end $$;

revoke all on function identity.may_send_documents(uuid), identity.make_document_link(uuid, uuid, uuid, bytea, text, uuid, text, timestamptz),
  identity.list_document_links(uuid), identity.revoke_document_link(uuid), identity.open_document_link(bytea, boolean) from public;
grant execute on function identity.make_document_link(uuid, uuid, uuid, bytea, text, uuid, text, timestamptz), identity.list_document_links(uuid),
  identity.revoke_document_link(uuid), identity.open_document_link(bytea, boolean) to holdfast_web;

alter table app.mail_outbox drop constraint mail_outbox_kind_check,
  add constraint mail_outbox_kind_check check (kind in ('invitation', 'recovery-code-used', 'password-changed',
    'authenticator-changed', 'recovery-codes-made', 'sign-in-locked', 'evidence-note', 'monthly-report', 'evidence-granted',
    'sign-on-linked', 'break-glass-used', 'passkey-added', 'passkey-removed', 'passkey-stopped', 'mail-test', 'document-sent'));
reset role;
