/** Templates are bundled into the render process as texts. */
declare module '*.typ' {
  const source: string;
  export default source;
}
