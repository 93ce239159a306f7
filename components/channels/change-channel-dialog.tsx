'use client';

import { CONNECT_PRODUCTS } from '@/domain/connect/products';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { SelectField } from '../forms/select-field';
import { SendDialog } from '../forms/send-dialog';
import {
  ChannelFields,
  JoinedJobField,
  ListeningFields,
  type ChannelChoices,
  type SaidOfChannel,
} from './channel-fields';
import { channelIn } from './channel-form';

interface Props {
  address: string;
  kind: 'ping' | 'mail' | 'webhook' | 'pull';
  /** Of what is said, so that nobody's later change is lost. */
  version: string;
  said: SaidOfChannel & { readonly product: string | null; readonly capture: string };
  choices: ChannelChoices;
}

const CAPTURES = {
  files: 'files',
  image: 'an image',
  database: 'a database',
  mailboxes: 'mailboxes',
} as const;

/** Says anew what a channel tells of. */
export function ChangeChannelDialog({ address, kind, version, said, choices }: Props) {
  const isPing = kind === 'ping';
  return (
    <SendDialog
      title={`Change ${said.name}`}
      description="It holds from the next message on; what was told so far stays where it was told of."
      label="Change"
      longLabel={`Change ${said.name}`}
      submit="Save"
      method="PATCH"
      address={address}
      done={`${said.name} is changed.`}
      bodyOf={(form) => ({
        ...channelIn(form, isPing, said.check?.filters),
        version,
        capture: fieldText(form, 'capture'),
        ...(!isPing && { product: fieldText(form, 'product') === '' ? null : fieldText(form, 'product') }),
      })}
      renderFields={(errors) => (
        <>
          <ChannelFields said={said} choices={choices} errors={errors} />
          {!isPing && <ProductField kind={kind} product={said.product} error={errors['product']} />}
          <SelectField
            label="What is backed up"
            name="capture"
            defaultValue={said.capture}
            error={errors['capture']}
          >
            {Object.entries(CAPTURES).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </SelectField>
          {/* what a server tells of is of many jobs: joined to one, each of its runs would be that one's */}
          {kind !== 'pull' && <JoinedJobField said={said} choices={choices} errors={errors} />}
          {said.check && (
            <FormField
              label="Name in addresses with the ping key"
              help="Small letters, digits, - and _. Empty: it has only its own address."
              name="slug"
              maxLength={100}
              pattern="[a-z0-9_\-]*"
              defaultValue={said.check.slug}
              error={errors['check.slug']}
            />
          )}
          {said.check && <ListeningFields check={said.check} errors={errors} />}
        </>
      )}
    />
  );
}

function ProductField({
  kind,
  product,
  error,
}: {
  kind: 'mail' | 'webhook' | 'pull';
  product: string | null;
  error: string | undefined;
}) {
  const products = CONNECT_PRODUCTS.flatMap(({ name, ways }) =>
    ways.flatMap((way) => (way.kind === kind && way.reads !== null ? [{ name, reads: way.reads }] : [])),
  );
  const isKnown = product === null || products.some(({ reads }) => reads === product);
  return (
    <SelectField
      label="Product"
      help="What it is expected to tell of. A product whose messages are known from documents only decides by itself once it is chosen here."
      name="product"
      defaultValue={product ?? ''}
      error={error}
    >
      <option value="">Whatever comes</option>
      {products.map(({ name, reads }) => (
        <option key={reads} value={reads}>
          {name}
        </option>
      ))}
      {!isKnown && <option value={product}>{product}</option>}
    </SelectField>
  );
}
