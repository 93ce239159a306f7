-- Further MSPs: made by whoever runs the installation, for an owner who joins by an invitation.
set role holdfast_owner;

alter table identity.invitation alter column invited_by drop not null; -- null: whoever runs the installation
create unique index invitation_first on identity.invitation (email)
  where invited_by is null and accepted_at is null and revoked_at is null;

/*
 * Makes the MSP that the sealed context names (role set-up) with an open invitation for its first owner. Only the migrator may
 * call it. Answers 'added'; 'renewed' when that e-mail was asked before and has not joined: the MSP made then stays, with this
 * link in place of the old one; 'taken' when the e-mail has an account; 'not-set-up' before the first owner.
 */
create function identity.add_msp(p_name text, p_time_zone text, p_email text, p_invitation uuid, p_token_hash bytea,
  p_expires timestamptz)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_earlier identity.invitation;
begin
  if app.msp_id() is null or app.context_part(4) is distinct from 'set-up' then
    raise exception 'no sealed context for set-up' using errcode = '42501';
  end if;
  if not identity.is_set_up() then return 'not-set-up'; end if;
  if exists (select from identity.person p where p.email = p_email) then return 'taken'; end if;
  update identity.invitation i set token_hash = p_token_hash, expires_at = p_expires
    where i.email = p_email and i.invited_by is null and i.accepted_at is null and i.revoked_at is null
    returning * into v_earlier;
  if found then
    perform audit.append_instance('msp.owner-invited-again', null,
      jsonb_build_object('msp', v_earlier.msp_id, 'invitation', v_earlier.invitation_id));
    return 'renewed';
  end if;
  insert into app.msp (msp_id, name, time_zone) values (app.msp_id(), p_name, p_time_zone);
  insert into identity.invitation (invitation_id, msp_id, email, role, token_hash, expires_at)
    values (p_invitation, app.msp_id(), p_email, 'owner', p_token_hash, p_expires);
  perform audit.append_instance('msp.added', null, jsonb_build_object('msp', app.msp_id(), 'invitation', p_invitation));
  return 'added';
end $$;

revoke all on function identity.add_msp(text, text, text, uuid, bytea, timestamptz) from public;
reset role;
