import { fieldText } from '../forms/declaration-form';

/** What a form says of a delivery, as the routes take it. */
export function deliveryIn(form: FormData) {
  return {
    recipients: fieldText(form, 'recipients')
      .split(/[\s,;]+/)
      .filter((one) => one !== ''),
    note: fieldText(form, 'note'),
    days: Number(form.get('days')),
  };
}
