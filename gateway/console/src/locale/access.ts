/** Words of who may do what. */

export const access = {
  title: "Роли и доступ",
  hint: "кто входит в систему и что может",
  columns: ["Имя", "Логин", "Роли", "Выдать"],
  directory: "каталог предприятия",
  disabled: "отключён",
  noRoles: "ролей нет",
  limited: "только для части предприятия",
  give: "Выдать роль",
  giveTo: (name: string) => `Выдать роль: ${name}`,
  given: "Роль выдана",
  take: (role: string, name: string) => `Отозвать роль «${role}»: ${name}`,
  takeAsk: (role: string) => `Отозвать роль «${role}»?`,
  takeHint: "Права пропадут сразу.",
  taken: "Роль отозвана",
  revoke: "Отозвать",
  cancel: "Отмена",
  everybody: "Первая тысяча пользователей по имени.",
};
