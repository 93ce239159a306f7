import { fieldText } from '../forms/declaration-form';

/** Addresses as somebody typed them, one a line or with commas between them. */
export function addressesIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((one) => one !== '');
}

/** What a form says of a delivery, as the routes take it. */
export function deliveryIn(form: FormData) {
  return {
    recipients: addressesIn(fieldText(form, 'recipients')),
    note: fieldText(form, 'note'),
    days: Number(form.get('days')),
  };
}
