"""Lists as countries and agencies lay them out, with invented people, and what each column means to whom reads it.

A column is ``heading → meaning`` and some values. ``-`` is none of what the form asks for; ``?`` is rightly asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CASE: Final = "linelist/forms/case.md"
LISTED: Final = "entry/forms/listed.md"


@dataclass(frozen=True, slots=True)
class OfficialList:
    """One list: whose, into which form, and its columns as (heading, meaning, values)."""

    whose: str
    form: str
    columns: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def text(self) -> str:
        headings = [heading for heading, _, _ in self.columns]
        rows = [headings, *zip(*(values for *_, values in self.columns), strict=True)]
        return "\n".join("\t".join(row) for row in rows) + "\n"


def laid_out(whose: str, form: str, columns: str) -> OfficialList:
    found = []
    for line in columns.strip().splitlines():
        heading, _, rest = line.strip().partition(" → ")
        meaning, *values = rest.split(" | ")
        found.append((heading, meaning, tuple("" if value == "." else value for value in values)))
    return OfficialList(whose, form, tuple(found))


OFFICIAL: Final = (
    laid_out("health office, Germany", CASE, """
        Aktenzeichen → external_id | A-2020-0117 | A-2020-0118 | A-2020-0123 | A-2020-0131
        Meldedatum → reported | 03.03.2020 | 04.03.2020 | 04.03.2020 | 07.03.2020
        Nachname → - | Bergmann | Özkan | Lindqvist | Bauer
        Vorname → - | Anna | Emre | Maja | Jonas
        Geburtsdatum → - | 12.05.1981 | 30.11.1975 | 02.02.2001 | 17.08.1949
        Alter → age | 38 | 44 | 19 | 70
        Geschlecht → sex | weiblich | männlich | weiblich | männlich
        Straße → - | Hauptstr. 1 | Ring 4 | Am Hang 9 | Markt 2
        PLZ → - | 10115 | 10117 | 10119 | 10178
        Telefon → - | 030 1234567 | 030 7654321 | 030 5551212 | 030 5553434
        Symptombeginn → onset | 28.02.2020 | 01.03.2020 | 29.02.2020 | 03.03.2020
        Datum der Probenahme → - | 02.03.2020 | 03.03.2020 | 03.03.2020 | 05.03.2020
        Hospitalisiert → - | ja | nein | nein | ja
        Krankenhaus → hospital | Klinikum Mitte | . | . | Klinikum Nord
        Verstorben am → - | . | . | . | 12.03.2020
        Infektionsort → - | Ischgl | Ischgl | Berlin | unbekannt
    """),
    laid_out("open case data, Germany", CASE, """
        IdBundesland → - | 8 | 9 | 9 | 11
        Landkreis → - | LK Calw | SK München | LK Fürth | SK Berlin
        Altersgruppe → - | A35-A59 | A15-A34 | A60-A79 | A80+
        Geschlecht → sex | M | W | W | M
        AnzahlFall → - | 1 | 1 | 1 | 1
        Refdatum → - | 2020/03/14 | 2020/03/15 | 2020/03/16 | 2020/03/17
        Meldedatum → reported | 2020/03/16 | 2020/03/16 | 2020/03/18 | 2020/03/19
        IstErkrankungsbeginn → - | 1 | 1 | 0 | 1
    """),
    laid_out("regional agency, France", CASE, """
        N° de cas → external_id | ARA-001 | ARA-002 | ARA-003 | ARA-004
        Nom → - | Durand | Lefèvre | Moreau | Petit
        Prénom → - | Élodie | Hugo | Inès | Paul
        Date de naissance → - | 04/07/1990 | 15/01/1968 | 23/12/1955 | 30/03/1983
        Âge (ans) → age | 29 | 52 | 64 | 36
        Sexe → sex | F | M | F | M
        Commune de résidence → - | Annecy | Lyon | Lyon | Valence
        Date de début des symptômes → onset | 24/02/2020 | 26/02/2020 | 27/02/2020 | 28/02/2020
        Date de signalement → reported | 27/02/2020 | 28/02/2020 | 28/02/2020 | 01/03/2020
        Date de prélèvement → - | 26/02/2020 | 27/02/2020 | 28/02/2020 | 29/02/2020
        Hôpital → hospital | CHU Grenoble | CHU Lyon Sud | . | CH Valence
        Médecin traitant → - | Dr Roux | Dr Blanc | Dr Noir | Dr Roux
        Cas index → infected_by | . | ARA-001 | ARA-001 | ARA-002
        Évolution du cas → outcome | guéri | décédé | guéri | guéri
    """),
    laid_out("surveillance network, Spain", CASE, """
        ID del caso → external_id | CM1201 | CM1202 | CM1203 | CM1204
        Apellidos → - | García López | Ruiz Peña | Vidal Mas | Soto Gil
        Nombre → - | José | Carmen | Jordi | Lucía
        DNI/NIE → - | 12345678Z | X1234567L | 87654321X | 11223344B
        Fecha de nacimiento → - | 01/04/1972 | 22/09/1988 | 14/02/1951 | 30/10/1999
        Edad en años → age | 47 | 31 | 69 | 20
        Sexo → sex | Hombre | Mujer | Hombre | Mujer
        Provincia → - | Madrid | Madrid | Toledo | Madrid
        Fecha de inicio de síntomas → onset | 25/02/2020 | 27/02/2020 | 28/02/2020 | 01/03/2020
        Fecha de notificación → reported | 28/02/2020 | 29/02/2020 | 01/03/2020 | 03/03/2020
        Fecha de hospitalización → - | 28/02/2020 | . | 29/02/2020 | .
        Hospital de ingreso → hospital | La Paz | . | Virgen de la Salud | .
        Fecha de defunción → - | . | . | 09/03/2020 | .
        Médico notificante → - | Dr. Sanz | Dra. León | Dr. Sanz | Dra. Vega
        Observaciones → - | . | viajó a Italia | . | .
    """),
    laid_out("open data, Mexico", CASE, """
        ID_REGISTRO → external_id | 16169f | 1009bf | 167386 | 0b5948
        ORIGEN → - | 2 | 2 | 1 | 2
        SECTOR → - | 4 | 4 | 9 | 4
        ENTIDAD_RES → - | 09 | 23 | 22 | 09
        SEXO → ? | 2 | 1 | 1 | 2
        FECHA_INGRESO → - | 2020-03-27 | 2020-03-25 | 2020-03-30 | 2020-04-02
        FECHA_SINTOMAS → onset | 2020-03-24 | 2020-03-20 | 2020-03-27 | 2020-03-30
        FECHA_DEF → - | 9999-99-99 | 9999-99-99 | 2020-04-04 | 9999-99-99
        EDAD → age | 27 | 54 | 63 | 41
        NACIONALIDAD → - | 1 | 1 | 1 | 1
        CLASIFICACION_FINAL → - | 3 | 3 | 7 | 3
    """),
    laid_out("SIVEP-Gripe, Brazil", CASE, """
        NU_NOTIFIC → external_id | 316000001 | 316000002 | 316000007 | 316000011
        DT_NOTIFIC → reported | 15/03/2020 | 16/03/2020 | 16/03/2020 | 18/03/2020
        SEM_NOT → - | 11 | 12 | 12 | 12
        DT_SIN_PRI → onset | 10/03/2020 | 12/03/2020 | 13/03/2020 | 15/03/2020
        SG_UF_NOT → - | SP | RJ | SP | MG
        CS_SEXO → sex | M | F | F | M
        DT_NASC → - | 14/06/1954 | 23/01/1987 | 02/02/2020 | 19/12/1978
        NU_IDADE_N → age | 65 | 33 | 1 | 41
        TP_IDADE → age:unit | 3 | 3 | 2 | 3
        NM_PACIENT → - | Maria Souza | João Lima | Ana Dias | Rui Alves
        NM_MAE_PAC → - | Rosa Souza | Clara Lima | Eva Dias | Inês Alves
        NM_UN_INTE → hospital | HOSPITAL DAS CLINICAS | SANTA CASA | SANTA CASA | HC UFMG
        DT_INTERNA → - | 14/03/2020 | 15/03/2020 | 16/03/2020 | 17/03/2020
        EVOLUCAO → ? | 1 | 2 | 1 | 9
        DT_EVOLUCA → - | 30/03/2020 | 28/03/2020 | 25/03/2020 | .
    """),
    laid_out("line list, Portugal", CASE, """
        Número do caso → external_id | PT-001 | PT-002 | PT-003 | PT-004
        Nome completo → - | Ana Ferreira | Rui Costa | Inês Matos | Luís Reis
        Data de nascimento → - | 02/03/1961 | 19/08/1990 | 07/11/1945 | 25/05/1979
        Idade → age | 59 | 29 | 74 | 40
        Sexo → sex | Feminino | Masculino | Feminino | Masculino
        Data de início dos sintomas → onset | 01/03/2020 | 02/03/2020 | 04/03/2020 | 05/03/2020
        Data de notificação → reported | 05/03/2020 | 05/03/2020 | 06/03/2020 | 08/03/2020
        Hospital de internamento → hospital | São João | Santo António | São João | Curry Cabral
        Concelho → - | Porto | Porto | Felgueiras | Lisboa
    """),
    laid_out("Rospotrebnadzor, Russia", CASE, """
        № п/п → - | 1 | 2 | 3 | 4
        Эпид. номер → external_id | 77-0012 | 77-0013 | 77-0014 | 77-0020
        ФИО → - | Иванова Анна Петровна | Смирнов Олег Ильич | Кузнецова Мария Юрьевна | Орлов Пётр Львович
        Дата рождения → - | 12.04.1968 | 03.09.1991 | 28.01.1980 | 15.07.1955
        Возраст (лет) → age | 51 | 28 | 40 | 64
        Пол → sex | жен | муж | жен | муж
        Адрес проживания → - | ул. Мира, 5 | ул. Ленина, 1 | пр. Победы, 7 | ул. Садовая, 3
        Место работы → - | школа 5 | завод | . | пенсионер
        Дата заболевания → onset | 10.03.2020 | 11.03.2020 | 13.03.2020 | 14.03.2020
        Дата обращения → - | 11.03.2020 | 12.03.2020 | 14.03.2020 | 15.03.2020
        Дата госпитализации → - | 12.03.2020 | 12.03.2020 | 15.03.2020 | 15.03.2020
        Стационар → hospital | ГКБ 40 | ГКБ 15 | ГКБ 40 | ИКБ 2
        Исход заболевания → outcome | выздоровление | выздоровление | выздоровление | смерть
    """),
    laid_out("arrivals, Russia", LISTED, """
        Фамилия → name:surname | Кузнецов | Соколова | Попов | Васильева
        Имя → name:given | Илья | Дарья | Артём | Нина
        Отчество → name:middle | Олегович | Игоревна | Юрьевич | Павловна
        Пол → sex | М | Ж | М | Ж
        Дата рождения → birth_date | 01.02.1986 | 14.10.1990 | 30.06.1975 | 08.08.1962
        Гражданство → nationality | Россия | Россия | Беларусь | Россия
        Номер паспорта → document_number | 751234567 | 752345678 | MP1234567 | 753456789
        Рейс → transport_number | SU204 | SU204 | SU204 | SU204
        Место → seat | 12A | 12B | 14C | 15D
        Дата прибытия → arrived | 20.03.2020 | 20.03.2020 | 20.03.2020 | 20.03.2020
        Страна отправления → origin | Италия | Италия | Италия | Италия
        Контактный телефон → phone | +79161234567 | +79162345678 | +79163456789 | +79164567890
        Адрес регистрации → - | г. Тула, ул. Мира, 1 | г. Орёл | г. Минск | г. Тула
        Адрес пребывания → address | гост. Заря, 101 | гост. Заря, 102 | гост. Заря, 103 | гост. Заря, 104
    """),
    laid_out("ministry of health, Arabic", CASE, """
        م → - | 1 | 2 | 3 | 4
        رقم الحالة → external_id | H-101 | H-102 | H-103 | H-104
        اسم المريض → - | أحمد علي | فاطمة حسن | يوسف عمر | ليلى سعيد
        العمر → age | 45 | 33 | 60 | 27
        الجنس → sex | ذكر | أنثى | ذكر | أنثى
        رقم الهاتف → - | 0501234567 | 0502345678 | 0503456789 | 0504567890
        المحافظة → - | عمان | إربد | عمان | الزرقاء
        تاريخ ظهور الأعراض → onset | 2020-03-10 | 2020-03-11 | 2020-03-12 | 2020-03-14
        تاريخ التبليغ → reported | 2020-03-13 | 2020-03-13 | 2020-03-14 | 2020-03-16
        تاريخ أخذ العينة → - | 2020-03-12 | 2020-03-13 | 2020-03-13 | 2020-03-15
        المستشفى → hospital | الأمير حمزة | الملك المؤسس | الأمير حمزة | الأمير حمزة
        تاريخ الوفاة → - | . | . | 2020-03-20 | .
    """),
    laid_out("arrivals, Arabic", LISTED, """
        الاسم الكامل → name | خالد محمود | سارة عبدالله | عمر ناصر | هدى سالم
        الجنسية → nationality | الأردن | مصر | الأردن | الأردن
        رقم جواز السفر → document_number | N1234567 | A7654321 | N7654321 | N2345678
        تاريخ الميلاد → birth_date | 1980-02-01 | 1992-07-15 | 1975-12-30 | 1988-03-03
        رقم الرحلة → transport_number | RJ112 | RJ112 | RJ112 | RJ112
        تاريخ الوصول → arrived | 2020-03-16 | 2020-03-16 | 2020-03-16 | 2020-03-16
        بلد المغادرة → origin | ألمانيا | ألمانيا | ألمانيا | ألمانيا
        عنوان السكن → address | شارع الجامعة 1 | شارع المدينة 2 | جبل عمان 3 | شارع مكة 4
        رقم الجوال → phone | +962791234567 | +962792345678 | +962793456789 | +962794567890
    """),
    laid_out("prefecture, Japan", CASE, """
        No → - | 1 | 2 | 3 | 4
        症例番号 → external_id | 県12 | 県13 | 県14 | 県20
        公表_年月日 → reported | 2020-03-01 | 2020-03-02 | 2020-03-02 | 2020-03-05
        発症_年月日 → onset | 2020-02-25 | 2020-02-26 | 2020-02-28 | 2020-03-01
        患者_居住地 → - | 札幌市 | 函館市 | 札幌市 | 北見市
        患者_年代 → - | 40代 | 60代 | 20代 | 70代
        性別 → sex | 男性 | 女性 | 女性 | 男性
        患者_職業 → - | 会社員 | 無職 | 学生 | 無職
        患者_症状 → - | 発熱 | 咳 | 発熱 | 倦怠感
        入院医療機関 → hospital | 市立病院 | 道立病院 | 市立病院 | 北見病院
        転帰 → outcome | 退院 | 退院 | 退院 | 死亡
        備考 → - | . | . | . | .
    """),
    laid_out("quarantine station, Japan", LISTED, """
        氏名 → name | 山田太郎 | 佐藤花子 | 鈴木一郎 | 高橋さくら
        ローマ字氏名 → name_latin | YAMADA TARO | SATO HANAKO | SUZUKI ICHIRO | TAKAHASHI SAKURA
        生年月日 → birth_date | 1985-01-02 | 1990-02-03 | 1971-10-11 | 1999-12-31
        性別 → sex | 男 | 女 | 男 | 女
        国籍 → nationality | 日本 | 日本 | 日本 | 日本
        旅券番号 → document_number | TR1234567 | TK2345678 | TR3456789 | TK4567890
        便名 → transport_number | NH216 | NH216 | NH216 | NH216
        座席番号 → seat | 21A | 21B | 30C | 31D
        到着日時 → arrived | 2020-03-21 15:30 | 2020-03-21 15:30 | 2020-03-21 15:30 | 2020-03-21 15:30
        出発国 → origin | フランス | フランス | フランス | フランス
        滞在先住所 → address | 千葉市1-1 | 東京都港区2-2 | 横浜市3-3 | 東京都中央区4-4
        携帯電話番号 → phone | +819012345678 | +819023456789 | +819034567890 | +819045678901
        緊急連絡先電話番号 → - | +81312345678 | +81323456789 | +81334567890 | +81345678901
    """),
    laid_out("disease control agency, Korea", CASE, """
        연번 → - | 1 | 2 | 3 | 4
        환자번호 → external_id | 1201 | 1202 | 1207 | 1210
        성명 → - | 김민수 | 이영희 | 박지훈 | 최수진
        성별 → sex | 남 | 여 | 남 | 여
        나이 → age | 34 | 51 | 27 | 68
        거주지역 → - | 대구 | 대구 | 경산 | 서울
        증상발현일 → onset | 2020-02-18 | 2020-02-19 | 2020-02-20 | 2020-02-21
        확진일 → - | 2020-02-21 | 2020-02-21 | 2020-02-23 | 2020-02-24
        신고일 → reported | 2020-02-20 | 2020-02-21 | 2020-02-22 | 2020-02-24
        입원병원 → hospital | 대구의료원 | 경북대병원 | 대구의료원 | 서울의료원
        선행확진자 → infected_by | . | 1201 | 1201 | 1202
        격리해제일 → - | 2020-03-10 | 2020-03-12 | 2020-03-14 | .
        보건소 → - | 남구보건소 | 남구보건소 | 경산보건소 | 중구보건소
    """),
    laid_out("published patients, Korea", CASE, """
        patient_id → external_id | 1000000001 | 1000000002 | 1000000013 | 1000000014
        global_num → - | 2 | 5 | 7 | 9
        sex → sex | male | female | male | female
        age → ? | 50s | 30s | 20s | 50s
        country → - | Korea | Korea | Korea | Korea
        province → - | Seoul | Seoul | Seoul | Seoul
        infection_case → - | overseas inflow | overseas inflow | contact with patient | contact with patient
        infected_by → infected_by | . | . | 1000000002 | 1000000002
        contact_number → - | 75 | 31 | 17 | 9
        symptom_onset_date → onset | 2020-01-22 | 2020-01-24 | 2020-01-26 | 2020-01-27
        confirmed_date → - | 2020-01-23 | 2020-01-30 | 2020-01-30 | 2020-01-31
        state → - | released | released | released | released
    """),
    laid_out("arrivals, Korea", LISTED, """
        성명 → name | 정하늘 | 강바다 | 조은별 | 윤여름
        영문 성명 → name_latin | JEONG HANEUL | KANG BADA | JO EUNBYEOL | YUN YEOREUM
        여권번호 → document_number | M12345678 | M23456789 | M34567890 | M45678901
        생년월일 → birth_date | 1991-04-05 | 1988-06-07 | 2001-08-09 | 1975-10-11
        국적 → nationality | 대한민국 | 대한민국 | 대한민국 | 대한민국
        입국 항공편 → transport_number | KE902 | KE902 | KE902 | KE902
        좌석번호 → seat | 31A | 31B | 32C | 33D
        입국일시 → arrived | 2020-03-22 11:40 | 2020-03-22 11:40 | 2020-03-22 11:40 | 2020-03-22 11:40
        출발국가 → origin | 프랑스 | 프랑스 | 프랑스 | 프랑스
        국내 체류지 주소 → address | 서울시 중구 1 | 부산시 남구 2 | 대전시 서구 3 | 서울시 강남구 4
        휴대전화번호 → phone | +821012345678 | +821023456789 | +821034567890 | +821045678901
        보호자 연락처 → - | +821098765432 | +821087654321 | +821076543210 | +821065432109
    """),
    laid_out("centre for health protection, Hong Kong", CASE, """
        個案編號 → external_id | 41 | 42 | 55 | 56
        報告日期 → reported | 23/01/2020 | 23/01/2020 | 24/01/2020 | 26/01/2020
        發病日期 → onset | 21/01/2020 | 22/01/2020 | 22/01/2020 | 24/01/2020
        性別 → sex | 男 | 女 | 男 | 女
        年齡 → age | 39 | 41 | 62 | 73
        入住醫院 → hospital | 瑪嘉烈醫院 | 伊利沙伯醫院 | 瑪嘉烈醫院 | 威爾斯親王醫院
        住院/出院/死亡 → ? | 出院 | 出院 | 住院 | 死亡
        香港/非香港居民 → - | 香港居民 | 非香港居民 | 香港居民 | 香港居民
        個案分類 → - | 輸入個案 | 輸入個案 | 本地個案 | 本地個案
        確診/懷疑個案 → - | 確診 | 確診 | 確診 | 確診
    """),
    laid_out("entry card, Taiwan", LISTED, """
        姓名 → name | 林美玲 | 陳志明 | 黃淑芬 | 吳建宏
        護照號碼 → document_number | 301234567 | 302345678 | 303456789 | 304567890
        國籍 → nationality | 中國台灣 | 日本 | 美國 | 中國台灣
        出生日期 → birth_date | 1980-05-06 | 1977-01-31 | 1990-09-09 | 1965-12-25
        性別 → sex | 女 | 男 | 女 | 男
        航班號 → transport_number | CI751 | CI751 | CI751 | CI751
        抵達日期 → arrived | 2020-03-18 | 2020-03-18 | 2020-03-18 | 2020-03-18
        出發國家 → origin | 日本 | 日本 | 日本 | 日本
        居住地址 → address | 台北市中山路1號 | 新北市文化路2號 | 台中市民權路3號 | 高雄市五福路4號
        聯絡電話 → phone | +886912345678 | +886923456789 | +886934567890 | +886945678901
        緊急聯絡人 → - | 林大同 | 陳大文 | 黃大中 | 吳大年
    """),
    laid_out("line list template, WHO", CASE, """
        Case ID → external_id | KEN-01 | KEN-02 | KEN-03 | KEN-04
        Date of report → reported | 2020-03-13 | 2020-03-15 | 2020-03-15 | 2020-03-18
        Reporting country → - | KEN | KEN | KEN | KEN
        Age (years) → age | 27 | 35 | 41 | 58
        Sex → sex | F | M | F | M
        Date of symptom onset → onset | 2020-03-07 | 2020-03-09 | 2020-03-10 | 2020-03-12
        Date of specimen collection → - | 2020-03-11 | 2020-03-13 | 2020-03-13 | 2020-03-16
        Date of admission → - | 2020-03-12 | 2020-03-14 | . | 2020-03-17
        Name of hospital → hospital | Kenyatta National Hospital | Mbagathi | . | Mbagathi
        Health care worker → - | No | No | Yes | No
        Outcome → outcome | Recovered | Recovered | Alive | Died
        Date of outcome → - | 2020-03-28 | 2020-03-30 | . | 2020-03-25
        Occupation → - | student | nurse | driver | trader
    """),
    laid_out("Go.Data export", CASE, """
        Visual ID → external_id | CASE-0001 | CASE-0002 | CASE-0003 | CASE-0004
        First name → - | Amina | Joseph | Grace | Peter
        Last name → - | Okello | Mwangi | Achieng | Otieno
        Gender → sex | Female | Male | Female | Male
        Age - years → age | 31 | 45 | 22 | 60
        Date of reporting → reported | 2020-04-01 | 2020-04-02 | 2020-04-02 | 2020-04-05
        Date of onset → onset | 2020-03-28 | 2020-03-30 | 2020-03-31 | 2020-04-02
        Date of infection → - | . | 2020-03-25 | . | .
        Classification → - | Confirmed | Probable | Confirmed | Suspect
        Outcome → outcome | Recovered | Alive | Alive | Deceased
        Addresses [1] Phone number → - | +254712345678 | +254723456789 | +254734567890 | +254745678901
        Number of contacts → - | 4 | 0 | 7 | 2
        Created at → - | 2020-04-01 | 2020-04-02 | 2020-04-02 | 2020-04-05
    """),
    laid_out("SORMAS export", CASE, """
        epidNumber → external_id | NIE-LAG-20-001 | NIE-LAG-20-002 | NIE-LAG-20-003 | NIE-LAG-20-004
        reportDate → reported | 2020-03-20 | 2020-03-21 | 2020-03-21 | 2020-03-24
        person.firstName → - | Chidi | Ngozi | Emeka | Ada
        person.lastName → - | Obi | Eze | Nwosu | Okafor
        person.sex → sex | MALE | FEMALE | MALE | FEMALE
        person.approximateAge → age | 40 | 8 | 33 | 52
        person.approximateAgeType → age:unit | YEARS | MONTHS | YEARS | YEARS
        symptoms.onsetDate → onset | 2020-03-15 | 2020-03-17 | 2020-03-18 | 2020-03-20
        caseClassification → - | CONFIRMED | SUSPECT | PROBABLE | CONFIRMED
        healthFacility → hospital | Yaba IDH | Gbagada GH | Yaba IDH | Yaba IDH
        outcome → outcome | RECOVERED | NO_OUTCOME | DECEASED | RECOVERED
        responsibleRegion → - | Lagos | Lagos | Lagos | Lagos
        person.phone → - | +2348031234567 | +2348032345678 | +2348033456789 | +2348034567890
    """),
    laid_out("case surveillance, United States", CASE, """
        cdc_case_id → external_id | US-1001 | US-1002 | US-1003 | US-1004
        cdc_report_dt → reported | 2020/03/22 | 2020/03/23 | 2020/03/23 | 2020/03/25
        onset_dt → onset | 2020/03/18 | 2020/03/19 | 2020/03/20 | 2020/03/21
        current_status → - | Laboratory-confirmed case | Probable Case | Probable Case | Laboratory-confirmed case
        sex → sex | Female | Male | Male | Female
        age_group → - | 20 - 29 Years | 50 - 59 Years | 30 - 39 Years | 80+ Years
        Race and ethnicity → - | White, Non-Hispanic | Unknown | Black, Non-Hispanic | Asian, Non-Hispanic
        hosp_yn → - | No | Yes | No | Yes
        death_yn → - | No | No | No | Yes
        res_county → - | KING | COOK | KING | BRONX
    """),
    laid_out("health protection, United Kingdom", CASE, """
        Case number → external_id | UK-311 | UK-312 | UK-313 | UK-319
        Surname → - | Hughes | Khan | Taylor | Evans
        Forename → - | Owen | Aisha | Ruth | Megan
        NHS number → - | 9434765919 | 9434765870 | 9434765862 | 9434765897
        Date of birth → - | 05/06/1984 | 21/11/1990 | 13/02/1950 | 30/08/1972
        Gender → sex | Male | Female | Female | Female
        Postcode → - | CF10 1AA | B1 1AA | LS1 4AP | SA1 1AA
        Onset date → onset | 26/02/2020 | 27/02/2020 | 28/02/2020 | 01/03/2020
        Specimen date → - | 28/02/2020 | 29/02/2020 | 01/03/2020 | 03/03/2020
        Hospital → hospital | University Hospital | . | St James | .
        GP practice → - | City Surgery | Park View | Hillside | Bay
        Source → - | travel | household | unknown | travel
    """),
    laid_out("passenger manifest, airline", LISTED, """
        PNR → - | QX7T2B | QX7T2B | R8LM4N | T5KD9P
        Surname → name:surname | MUELLER | MUELLER | ROSSI | NG
        Given Names → name:given | ANNA MARIA | TIM | SOFIA | TOM
        Sex → sex | F | M | F | M
        DOB → birth_date | 13MAR85 | 02NOV79 | 28FEB90 | 01JAN99
        Nationality → nationality | DEU | DEU | ITA | MYS
        Document Type → document_type | P | P | P | P
        Document Number → document_number | C01X00T47 | C01X00T48 | YA1234567 | A12345678
        Document Issuing Country → - | DEU | DEU | ITA | MYS
        Document Expiry → - | 12MAR25 | 12MAR25 | 01JUN24 | 30SEP23
        Flight Number → transport_number | LH722 | LH722 | LH722 | LH722
        Seat → seat | 14A | 14B | 22F | 31C
        Port of Embarkation → - | FRA | FRA | FRA | FRA
        Arrival Date → arrived:date | 20/03/2020 | 20/03/2020 | 20/03/2020 | 20/03/2020
        Arrival Time → arrived:time | 13:05 | 13:05 | 13:05 | 13:05
        Number of bags → - | 1 | 2 | 1 | 2
    """),
    laid_out("passenger locator form, Europe", LISTED, """
        PLF number → source_id | ES-00012345 | ES-00012399 | ES-00012407 | ES-00012418
        Last (family) name → name:surname | Weber | Weber | Dubois | Santos
        First (given) name → name:given | Klara | Finn | Léa | Miguel
        Passport/ID number → document_number | C1234567K | C7654321K | 19AB12345 | P1234567
        Date of birth → birth_date | 1985-05-13 | 2010-08-02 | 1993-01-27 | 1970-11-30
        Mobile phone → phone | +4915112345678 | +4915112345679 | +33612345678 | +351912345678
        Flight number → transport_number | IB3537 | IB3537 | IB3537 | IB3537
        Seat number → seat | 7A | 7B | 12C | 18D
        Date of arrival → arrived | 2020-07-01 | 2020-07-01 | 2020-07-01 | 2020-07-01
        Countries visited in the last 14 days → countries | Germany | Germany | France, Spain | Portugal
        Emergency contact name → - | Otto Weber | Otto Weber | Jean Dubois | Rosa Santos
        Emergency contact phone → - | +4915199999999 | +4915199999999 | +33699999999 | +351999999999
        Number of companions → - | 1 | 1 | 0 | 2
    """),
    laid_out("customs health declaration, China", LISTED, """
        序号 → - | 1 | 2 | 3 | 4
        登记日期 → - | 2022/03/13 | 2022/03/13 | 2022/03/14 | 2022/03/14
        旅客姓名 → name | 张明 | 李静 | 王磊 | 刘洋
        户籍 → - | 浙江丽水 | 浙江丽水 | 安徽黟县 | 安徽黟县
        当前所在国家/地区 → - | 意大利 | 意大利 | 西班牙 | 法国
        护照号码 → document_number | E11110011 | E11110012 | E11110013 | E11110014
        同行人数 → - | 1 | 2 | 1 | 2
        入境航班号 → transport_number | CA936 | CA936 | MU710 | CA934
        入境时间 → arrived | 2022/03/13 10:00 | 2022/03/13 10:00 | 2022/03/14 08:30 | 2022/03/14 09:10
        出发国家 → origin | 意大利 | 意大利 | 西班牙 | 法国
        境内住址 → address | 碧阳镇1号 | 碧阳镇2号 | 宏村镇3号 | 西递镇4号
        本人联系电话 → phone | 13800001011 | 13800001012 | 13800001013 | 13800001014
        境内联系人姓名 → - | 张父 | 李母 | 王兄 | 刘姐
        境内联系人家庭住址 → - | 丽水市1号 | 丽水市2号 | 黟县3号 | 黟县4号
        健康码 → - | 绿码 | 绿码 | 黄码 | 绿码
        接种剂次 → - | 2 | 3 | 2 | 1
    """),
    laid_out("provincial line list, China", CASE, """
        病例编号 → external_id | AH-01 | AH-02 | AH-03 | AH-04
        患者姓名 → - | 赵一 | 钱二 | 孙三 | 李四
        性别 → sex | 1 | 2 | 1 | 2
        年龄（岁） → age | 45 | 37 | 60 | 8
        现住详细地址 → - | 碧阳镇1号 | 碧阳镇2号 | 宏村镇3号 | 西递镇4号
        职业 → - | 农民 | 工人 | 离退人员 | 学生
        发病日期 → onset | 2020-01-20 | 2020-01-22 | 2020-01-23 | 2020-01-25
        诊断时间 → - | 2020-01-24 | 2020-01-25 | 2020-01-27 | 2020-01-28
        报告日期 → reported | 2020-01-25 | 2020-01-25 | 2020-01-27 | 2020-01-28
        报告单位 → - | 县医院 | 县医院 | 市医院 | 县医院
        就诊医院 → hospital | 县人民医院 | 县人民医院 | 市第一医院 | 县人民医院
        临床严重程度 → - | 普通型 | 轻型 | 重型 | 轻型
        感染来源 → infected_by | . | AH-01 | AH-01 | AH-02
        转归 → outcome | 治愈 | 治愈 | 死亡 | 治愈
    """),
)  # fmt: skip
