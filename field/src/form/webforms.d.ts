// The package ships no types; this is the part of its interface used here (0.22).
declare module '@getodk/web-forms' {
  import type { DefineComponent, Plugin } from 'vue'

  export const webFormsPlugin: Plugin
  export const OdkWebForm: DefineComponent<Record<string, unknown>>
}
