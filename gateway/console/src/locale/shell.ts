/** Words around every page: the bar, signing in, the keys. */

export const nav = {
  incidents: "События",
  registers: "Реестры",
  cameras: "Камеры",
  recordings: "Записи",
  whatIf: "Что если",
  ledger: "Журнал наблюдения",
  vehicles: "Транспорт",
  people: "Смены",
  faces: "Лица",
  statistics: "Статистика",
  audit: "Аудит",
  signOut: "Выйти",
  help: "Горячие клавиши",
  connected: "Обновления приходят",
  disconnected: "Нет связи с сервером",
  account: (login: string) => `Пользователь ${login}`,
};

export const signIn = {
  title: "Вход",
  login: "Логин",
  password: "Пароль",
  submit: "Войти",
  expired: "Сеанс завершён. Войдите снова.",
  loginMissing: "Введите логин",
  passwordMissing: "Введите пароль",
};

export const keys = {
  title: "Горячие клавиши",
  inList: "В списке событий",
  atIncident: "На странице события",
  atCamera: "На страницах камеры и паспорта",
  everywhere: "На любой странице",
  move: "Выбрать событие",
  open: "Открыть событие",
  confirm: "Подтвердить нарушение",
  falsePositive: "Ложное срабатывание",
  reopen: "Вернуть на проверку",
  next: "Следующее событие",
  previous: "Предыдущее событие",
  back: "К списку",
  up: "Назад",
  media: "Фото или видео",
  help: "Эта подсказка",
};
