// The languages in which the words of captions and labels can be searched, by the names that the server has for them.

/** `simple` takes words as they are. */
export const languages =
  'simple arabic armenian basque catalan danish dutch english finnish french german greek hindi hungarian indonesian irish italian lithuanian nepali norwegian portuguese romanian russian serbian spanish swedish tamil turkish yiddish'.split(
    ' ',
  )

export const usualLanguage = 'english'

export const languageChoices = languages.map(value => ({
  value,
  label: value === 'simple' ? 'Other, words as they are' : value.charAt(0).toUpperCase() + value.slice(1),
}))
